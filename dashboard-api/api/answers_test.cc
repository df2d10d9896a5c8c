// Calls over HTTP as clients see them: answers, errors, exports, streams, files.
#include <gmock/gmock.h>

#include "dashboard-api/api/site_test_support.h"

namespace muster::dashboard {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class AnswersTest : public SiteTest {};

TEST_F(AnswersTest, AGetIsJsonWithETagAndPassesTokenAndRequestIdOn) {
  Start();
  const auto reply = Exchange("GET", "/v1/machines?pageSize=5",
                              "Authorization: Bearer token\r\nX-Request-Id: my-id.1\r\n");
  EXPECT_EQ(reply.result_int(), 200u);
  EXPECT_EQ(reply["Content-Type"], "application/json");
  EXPECT_EQ(reply["Cache-Control"], "private, no-cache");
  EXPECT_EQ(reply["X-Request-Id"], "my-id.1");
  EXPECT_EQ(reply["X-Content-Type-Options"], "nosniff");
  EXPECT_THAT(reply.body(), HasSubstr(R"("totalSize":"5")"));
  EXPECT_EQ(fleet_.authorization(), "Bearer token");
  EXPECT_EQ(fleet_.request_id(), "my-id.1");

  const std::string tag(reply["ETag"]);
  const auto again = Exchange("GET", "/v1/machines?pageSize=5", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.result_int(), 304u);
  EXPECT_EQ(again.body(), "");
  EXPECT_EQ(again["ETag"], tag);
  EXPECT_EQ(
      Exchange("GET", "/v1/machines?pageSize=6", "If-None-Match: " + tag + "\r\n").result_int(),
      200u);
}

TEST_F(AnswersTest, RequestIdsThatAreNotWellFormedAreReplaced) {
  Start();
  const auto reply = Exchange("GET", "/v1/machines", "X-Request-Id: a b\"{\r\n");
  EXPECT_EQ(reply["X-Request-Id"].size(), 16u);
  EXPECT_EQ(fleet_.request_id(), std::string(reply["X-Request-Id"]));
}

TEST_F(AnswersTest, HeadIsGetWithoutBody) {
  Start();
  const auto reply = Exchange("HEAD", "/v1/machines");
  EXPECT_EQ(reply.result_int(), 200u);
  EXPECT_NE(reply["Content-Length"], "0");
}

TEST_F(AnswersTest, GzipWhereItIsAcceptedAndWorthIt) {
  fleet_.page_rows = 100;
  Start();
  const auto packed = Exchange("GET", "/v1/machines", "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(packed["Content-Encoding"], "gzip");
  EXPECT_THAT(packed.body(), StartsWith("\x1F\x8B"));
  EXPECT_THAT(std::string(packed["ETag"]), EndsWith("-gzip\""));
  EXPECT_EQ(Exchange("GET", "/v1/machines",
                     absl::StrCat("If-None-Match: ", std::string(packed["ETag"]), "\r\n"))
                .result_int(),
            304u);
  EXPECT_EQ(Exchange("GET", "/v1/machines", "Accept-Encoding: gzip;q=0\r\n")["Content-Encoding"],
            "");
  EXPECT_EQ(Exchange("GET", "/v1/machines?fields=totalSize",
                     "Accept-Encoding: gzip\r\n")["Content-Encoding"],
            "");
}

TEST_F(AnswersTest, ACallThatEndsWithItsServerIsToBeMadeAgain) {
  Start();
  const auto stopping = Exchange("GET", "/v1/machines?filter=stopping");
  EXPECT_EQ(stopping.result_int(), 503u);
  EXPECT_EQ(stopping["Retry-After"], "1");
  EXPECT_THAT(stopping.body(), HasSubstr("it is stopping"));
}

TEST_F(AnswersTest, ErrorsAreAip193WithDetailsAndRetryAfter) {
  Start();
  const auto exhausted = Exchange("GET", "/v1/machines?filter=exhausted");
  EXPECT_EQ(exhausted.result_int(), 429u);
  EXPECT_EQ(exhausted["Retry-After"], "16");
  EXPECT_EQ(exhausted["Cache-Control"], "no-store");
  EXPECT_EQ(exhausted.body(),
            R"({"error":{"code":429,"message":"locked","status":"RESOURCE_EXHAUSTED","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"16s"},)"
            R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RESOURCE_EXHAUSTED",)"
            R"("domain":"muster"}]}})");
  const auto unknown = Exchange("GET", "/v1/nothing");
  EXPECT_EQ(unknown.result_int(), 404u);
  const auto method = Exchange("DELETE", "/v1/machines");
  EXPECT_EQ(method.result_int(), 405u);
  EXPECT_EQ(method["Allow"], "GET, HEAD");
  EXPECT_EQ(Exchange("OPTIONS", "/v1/machines", "Origin: https://evil\r\n")
                .count("Access-Control-Allow-Origin"),
            0u);
  EXPECT_THAT(Exchange("GET", "/v1/machines?nope=1").body(), HasSubstr("nope"));
  EXPECT_EQ(Exchange("GET", "/v1/machines/%2e%2e").result_int(), 400u);
  EXPECT_EQ(Exchange("GET", "/v1/rules").result_int(), 501u);
}

TEST_F(AnswersTest, AServerThatIsGoneIs503) {
  Start();
  grpc_server_->Shutdown(std::chrono::system_clock::now());
  const auto reply = Exchange("GET", "/v1/machines");
  EXPECT_EQ(reply.result_int(), 503u);
  EXPECT_EQ(reply["Retry-After"], "1");
  EXPECT_EQ(Exchange("GET", "/healthz").result_int(), 200u);
  EXPECT_EQ(Exchange("GET", "/readyz").result_int(), 503u);
}

TEST_F(AnswersTest, BodiesMustBeJsonAndOfBoundedSize) {
  api_options_.max_body_bytes = 1000;
  Start();
  const std::string json = "Content-Type: application/json\r\n";
  const auto made = Exchange("POST", "/v1/campaigns", json, R"({"spec":{"title":"t"}})");
  EXPECT_EQ(made.result_int(), 200u);
  EXPECT_EQ(made["Cache-Control"], "no-store");
  EXPECT_THAT(made.body(), HasSubstr(R"("title":"t")"));
  EXPECT_EQ(Exchange("POST", "/v1/campaigns", "Content-Type: text/plain\r\n", "{}").result_int(),
            415u);
  EXPECT_EQ(Exchange("POST", "/v1/campaigns", json, std::string(1001, ' ')).result_int(), 413u);
  RawClient chunked(port());
  chunked.Send(RequestText("POST", "/v1/campaigns", json + "Transfer-Encoding: chunked\r\n"));
  chunked.Send("3e9\r\n" + std::string(1001, ' ') + "\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.Receive().result_int(), 413u);
}

TEST_F(AnswersTest, ExportsStreamAllPages) {
  fleet_.pages = 3;
  fleet_.page_rows = 2;
  Start();
  const auto csv = Exchange("GET", "/v1/machines?format=csv&fields=machines.attributes.name");
  EXPECT_EQ(csv.result_int(), 200u);
  EXPECT_THAT(std::string(csv["Content-Type"]), StartsWith("text/csv"));
  EXPECT_EQ(csv.body(),
            "attributes.name\r\nPC-0-0\r\nPC-0-1\r\nPC-1-0\r\nPC-1-1\r\nPC-2-0\r\nPC-2-1\r\n");
  const auto lines = Exchange("GET", "/v1/machines?fields=machines.attributes.name",
                              "Accept: application/jsonl\r\n");
  EXPECT_THAT(lines.body(), StartsWith("{\"attributes\":{\"name\":\"PC-0-0\"}}\n"));
  EXPECT_THAT(Exchange("GET", "/v1/machines?format=csv&bom=true").body(),
              StartsWith("\xEF\xBB\xBFname,"));
  EXPECT_EQ(Exchange("GET", "/v1/machines?format=csv&fields=totalSize").result_int(), 400u);
  const auto packed =
      Exchange("GET", "/v1/machines", "Accept: text/csv\r\nAccept-Encoding: gzip\r\n");
  EXPECT_THAT(packed.body(), StartsWith("\x1F\x8B"));
}

TEST_F(AnswersTest, AnExportThatFailsOnItsWayBreaksOff) {
  fleet_.pages = 3;
  Start();
  RawClient client(port());
  client.Send(RequestText("GET", "/v1/machines?format=csv&filter=break"));
  const std::string all = client.ReceiveRest();
  EXPECT_THAT(all, HasSubstr("PC-0-0"));
  EXPECT_THAT(all, Not(HasSubstr("\r\n0\r\n")));
  ASSERT_TRUE(Eventually([&] { return records_.lines().size() == 1; }));
  EXPECT_FALSE(records_.lines()[0].complete);
}

TEST_F(AnswersTest, WatchesAreEventsInOrderWithAnEnd) {
  Start();
  const auto reply = Exchange("GET", "/v1/campaigns/3:watch?fields=etag");
  EXPECT_EQ(reply["Content-Type"], "text/event-stream");
  EXPECT_EQ(reply.body(),
            "retry: 2000\n\nid: 1\ndata: {\"etag\":\"0\"}\n\nid: 2\ndata: {\"etag\":\"1\"}\n\n"
            "id: 3\ndata: {\"etag\":\"2\"}\n\nevent: end\ndata: {}\n\n");
  const auto lines =
      Exchange("GET", "/v1/campaigns/2:watch?fields=etag", "Accept: application/jsonl\r\n");
  EXPECT_EQ(lines.body(), "{\"etag\":\"0\"}\n{\"etag\":\"1\"}\n");
}

TEST_F(AnswersTest, AWatchThatFailsSaysSo) {
  Start();
  EXPECT_EQ(Exchange("GET", "/v1/campaigns/missing:watch").result_int(), 404u);
  EXPECT_THAT(Exchange("GET", "/v1/campaigns/error:watch?fields=etag").body(),
              HasSubstr("event: error\ndata: {\"error\":{\"code\":404"));
}

TEST_F(AnswersTest, ASilentWatchBeatsAndEndsWithItsClient) {
  api_options_.heartbeat = std::chrono::milliseconds(20);
  Start();
  RawClient client(port());
  client.Send(RequestText("GET", "/v1/campaigns/wait:watch"));
  EXPECT_THAT(client.ReceiveUntil(": still here"), HasSubstr("id: 1\n"));
  EXPECT_EQ(campaigns_.cancelled.load(), 0);
  EXPECT_EQ(records_.watchers.load(), 1);
  client.Close();
  EXPECT_TRUE(Eventually([&] { return campaigns_.cancelled.load() == 1; }));
}

TEST_F(AnswersTest, ManyWatchersAndNoneHoldsAnotherBack) {
  options_.limits.write_timeout = std::chrono::milliseconds(300);
  Start();
  RawClient slow(port(), /*receive_buffer=*/4096);
  slow.Send(RequestText("GET", "/v1/campaigns/flood:watch"));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Exchange("GET", "/v1/campaigns/3:watch").result_int(), 200u);
  }
  // Who takes nothing is dropped, and what it was owed was never kept.
  ASSERT_TRUE(Eventually([&] {
    for (const auto& line : records_.lines()) {
      if (!line.complete) return true;
    }
    return false;
  }));
  EXPECT_LT(campaigns_.written.load(), 100);
}

TEST_F(AnswersTest, UploadsArriveWholeInBoundedParts) {
  Start();
  std::string file(5'000'001, '\0');
  uint64_t sum = 0;
  for (size_t i = 0; i < file.size(); ++i) {
    file[i] = static_cast<char>(i * 7 + i / 253);
    sum = sum * 31 + static_cast<unsigned char>(file[i]);
  }
  const auto reply = Exchange("POST", "/v1/payloads:upload?fileName=x.msu",
                              "Content-Type: application/octet-stream\r\n", file);
  EXPECT_EQ(reply.result_int(), 200u);
  EXPECT_THAT(reply.body(), HasSubstr(R"("fileName":"x.msu")"));
  EXPECT_THAT(reply.body(), HasSubstr(absl::StrCat("\"uploadedBy\":\"", sum, "\"")));
  EXPECT_THAT(reply.body(), HasSubstr(R"("catalogs":1048576)"));
}

TEST_F(AnswersTest, AnUploadWaitsForTheServer) {
  payloads_.Hold(true);
  Start();
  RawClient client(port());
  const std::string file(64 * 1024 * 1024, 'x');
  client.Send(absl::StrCat("POST /v1/payloads:upload?fileName=x HTTP/1.1\r\nHost: ", host(),
                           "\r\nContent-Length: ", file.size(), "\r\n\r\n"));
  const size_t sent = client.SendUntilStuck(file);
  EXPECT_LT(sent, 16u * 1024 * 1024);  // what buffers of sockets and gRPC's window hold
  payloads_.Hold(false);
  client.Send(file.substr(sent));
  EXPECT_EQ(client.Receive().result_int(), 200u);
  EXPECT_EQ(payloads_.taken.load(), file.size());
}

TEST_F(AnswersTest, AnUploadThatIsRefusedIsAnsweredBeforeItsEnd) {
  api_options_.max_upload_bytes = 3'000'000;
  Start();
  const auto refused = Exchange("POST", "/v1/payloads:upload?fileName=refused",
                                "Expect: 100-continue\r\nContent-Length: 900000\r\n");
  EXPECT_EQ(refused.result_int(), 100u);
  RawClient client(port());
  client.Send(absl::StrCat("POST /v1/payloads:upload?fileName=refused HTTP/1.1\r\nHost: ", host(),
                           "\r\nContent-Length: 100000000\r\n\r\n", std::string(3'000'000, 'x')));
  const auto early = client.Receive();
  EXPECT_EQ(early.result_int(), 400u);
  EXPECT_THAT(early.body(), HasSubstr("no cabinet"));
  EXPECT_EQ(Exchange("POST", "/v1/payloads:upload?fileName=big", "", std::string(3'000'001, 'x'))
                .result_int(),
            413u);
}

TEST_F(AnswersTest, DownloadsAreFiles) {
  Start();
  const auto reply = Exchange("GET", "/v1/evidenceBundles/1:download");
  EXPECT_EQ(reply["Content-Type"], "application/octet-stream");
  EXPECT_EQ(reply["Content-Disposition"], "attachment");
  EXPECT_EQ(reply.body(),
            std::string(100'000, 'a') + std::string(100'000, 'b') + std::string(100'000, 'c'));
  EXPECT_EQ(Exchange("GET", "/v1/evidenceBundles/missing:download").result_int(), 404u);
  RawClient client(port());
  client.Send(RequestText("GET", "/v1/evidenceBundles/broken:download"));
  EXPECT_THAT(client.ReceiveRest(), Not(EndsWith("0\r\n\r\n")));
}

}  // namespace
}  // namespace muster::dashboard
