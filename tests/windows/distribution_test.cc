// Payloads from distribution points: the service under Wine takes them over HTTP, by their digest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/files.h"
#include "tests/windows/remedy_fixture.h"

namespace muster::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DistributionTest : public RemedyTest {
 protected:
  // A distribution point with the folder of the update; tells its address.
  struct Point {
    std::unique_ptr<Process> process;
    std::filesystem::path log;
    std::string address;
    std::filesystem::path certificate;  // of https

    std::string Requests() const { return *ReadSmallFile(log); }
  };
  Point StartPoint(const std::string& name, const std::string& scheme = "http") {
    Point point;
    point.log = folder_ / (name + ".log");
    std::vector<std::string> words = {
        "/usr/bin/python3",
        std::string(std::getenv("MUSTER_SOURCE_DIR")) + "/tests/windows/distribution_point.py",
        folder_.string(), point.log.string()};
    if (scheme == "https") {
      point.certificate = folder_ / (name + ".pem");
      const std::string key = (folder_ / (name + ".key")).string();
      const Ran made =
          Run(absl::StrCat("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext ",
                           "subjectAltName=DNS:localhost -days 2 -keyout ", key, " -out ",
                           point.certificate.string()));
      EXPECT_EQ(made.exit_code, 0) << made.err;
      words.insert(words.end(), {point.certificate.string(), key});
    }
    point.process = std::make_unique<Process>(words);
    point.process->AwaitWord("ready");
    int port = 0;
    EXPECT_EQ(std::sscanf(point.Requests().c_str(), "port %d", &port), 1);
    point.address = absl::StrCat(scheme, "://localhost:", port);
    return point;
  }
  // Puts it among the machine's trusted roots, as Windows keeps them. Source: MS-GPEF, 2.2.1.2.
  void Trust(const std::filesystem::path& certificate) {
    const std::string openssl = "openssl x509 -in " + certificate.string();
    std::string thumbprint = Run(openssl + " -noout -fingerprint -sha1").out;
    thumbprint = absl::StrReplaceAll(absl::StripAsciiWhitespace(thumbprint), {{":", ""}});
    thumbprint.erase(0, thumbprint.find('=') + 1);
    const std::string der = Run(openssl + " -outform DER").out;
    std::string hex;
    for (const uint32_t number : {0x20u, 1u, static_cast<uint32_t>(der.size())}) {
      for (int shift = 0; shift < 32; shift += 8) {
        absl::StrAppendFormat(&hex, "%02x,", number >> shift & 0xFF);
      }
    }
    for (const char c : der) absl::StrAppendFormat(&hex, "%02x,", static_cast<unsigned char>(c));
    hex.pop_back();
    const std::filesystem::path file = folder_ / "root.reg";
    std::ofstream(file) << "Windows Registry Editor Version 5.00\r\n\r\n"
                           "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\Root\\"
                           "Certificates\\"
                        << thumbprint << "]\r\n\"Blob\"=hex:" << hex << "\r\n";
    EXPECT_EQ(Wine("reg import '" + WindowsPath(file) + "'").exit_code, 0);
  }
  std::string ServiceLog() { return *ReadSmallFile(State() / "logs/muster-agent.log"); }
};

TEST_F(DistributionTest, TheNextIsAskedUntilOneHasWhatWasSigned) {
  const Point point = StartPoint("point");
  Behave(Installs() + "exit 0\n");
  std::string sources;
  for (const char* path : {"/missing", "/error", "/loop", "/longer", "/wrong", "/moved/"}) {
    absl::StrAppend(&sources, " --source ", point.address, path);
  }
  const Ran watched = Watch(Launch(sources));
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(Runs(), 1);
  const std::string log = ServiceLog();
  for (const char* words : {"answered 404", "answered 500", "leads on too often", "another size",
                            "not what was signed"}) {
    EXPECT_THAT(log, HasSubstr(words));
  }
  EXPECT_THAT(log, HasSubstr(absl::StrCat("came from ", point.address, "/moved/")));
  EXPECT_THAT(log, Not(HasSubstr("came from the server")));
  EXPECT_THAT(point.Requests(), HasSubstr("/good/Windows6.1-KB2749655-x64.msu -"));
}

TEST_F(DistributionTest, WhereNoneHasItTheServerIsAskedInTheEnd) {
  const Point point = StartPoint("point");
  Behave(Installs() + "exit 0\n");
  const Ran watched =
      Watch(Launch(absl::StrCat("--source ", point.address, "/wrong --source ", point.address,
                                "/nothing --source http://127.0.0.1:1/")));
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(Runs(), 1);
  const std::string log = ServiceLog();
  EXPECT_THAT(log, HasSubstr("nobody answers there"));
  EXPECT_THAT(log, HasSubstr("came from the server"));
  EXPECT_THAT(point.Requests(), HasSubstr("/wrong/Windows6.1-KB2749655-x64.msu"));
}

TEST_F(DistributionTest, WhatOneBeganAnotherEnds) {
  const Point point = StartPoint("point");
  Behave(Installs() + "exit 0\n");
  const Ran watched = Watch(
      Launch(absl::StrCat("--source ", point.address, "/short --source ", point.address, "/good")));
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_THAT(ServiceLog(), HasSubstr(absl::StrCat("came from ", point.address, "/good")));
  EXPECT_THAT(point.Requests(), HasSubstr("/good/Windows6.1-KB2749655-x64.msu bytes="));
}

TEST_F(DistributionTest, OverHttpsThoseAreAskedThatWindowsTrusts) {
  const Point stranger = StartPoint("stranger", "https"), known = StartPoint("known", "https");
  Trust(known.certificate);
  ASSERT_EQ(Agent("service stop").exit_code, 0);  // a program reads the trusted roots once
  ASSERT_EQ(Agent("service start").exit_code, 0);
  Behave(Installs() + "exit 0\n");
  const Ran watched = Watch(Launch(
      absl::StrCat("--source ", stranger.address, "/good --source ", known.address, "/good")));
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_THAT(ServiceLog(), HasSubstr("Windows does not trust its certificate"));
  EXPECT_THAT(ServiceLog(), HasSubstr(absl::StrCat("came from ", known.address)));
  EXPECT_THAT(stranger.Requests(), Not(HasSubstr("KB2749655")));
}

}  // namespace
}  // namespace muster::integration
