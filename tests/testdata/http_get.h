// A GET over plain HTTP on the loopback, for tests.
#ifndef MUSTER_TESTS_TESTDATA_HTTP_GET_H_
#define MUSTER_TESTS_TESTDATA_HTTP_GET_H_

#include <string>
#include <utility>
#include <vector>

namespace muster::testdata {

struct HttpReply {
  int status = 0;  // 0: no reply came
  std::string content_type;
  std::string body;
};

// With these header fields.
HttpReply HttpGet(int port, const std::string& path,
                  const std::vector<std::pair<std::string, std::string>>& fields = {});

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_HTTP_GET_H_
