#include "common/trace/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "tests/testdata/fake_collector.h"

namespace muster::trace {
namespace {

using testdata::FakeCollector;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(CollectorTest, AnEndpointIsAUrlOfHttpOrHttps) {
  for (const char* good : {"http://127.0.0.1:4318", "https://collector.example",
                           "http://[::1]:4318/", "HTTPS://collector.example:4318/tenant/7"}) {
    EXPECT_TRUE(CheckEndpoint(good).ok()) << good;
  }
  for (const char* bad : {"", "127.0.0.1:4318", "grpc://127.0.0.1:4317", "http://",
                          "http://user:secret@collector.example", "http://a b", "http://a:99999",
                          "http://a/?token=1", "http://a/#x", "http://a\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckEndpoint(bad))) << bad;
  }
}

TEST(CollectorTest, TheStatusSaysWhetherToTryAgain) {
  FakeCollector fake;
  Collector collector({.endpoint = fake.endpoint() + "/", .timeout = absl::Seconds(20)});
  EXPECT_EQ(collector.Post("{}").kind, Answer::Kind::kTaken);
  for (const int status : {429, 502, 503, 504}) {
    fake.AnswerWith(status);
    EXPECT_EQ(collector.Post("{}").kind, Answer::Kind::kRetry) << status;
  }
  for (const int status : {301, 400, 401, 404, 413, 500, 501}) {
    fake.AnswerWith(status);
    const Answer answer = collector.Post("{}");
    EXPECT_EQ(answer.kind, Answer::Kind::kRefused) << status;
    EXPECT_THAT(answer.error, HasSubstr(std::to_string(status)));
  }
}

TEST(CollectorTest, OneThatIsAwayOrSilentIsTriedAgain) {
  const std::string gone = FakeCollector().endpoint();
  const Answer answer = Collector({.endpoint = gone}).Post("{}");
  EXPECT_EQ(answer.kind, Answer::Kind::kRetry);
  EXPECT_NE(answer.error, "");
  FakeCollector silent;
  silent.AnswerWith(0);
  Collector impatient({.endpoint = silent.endpoint(), .timeout = absl::Milliseconds(50)});
  EXPECT_EQ(impatient.Post("{}").kind, Answer::Kind::kRetry);
}

// Over TLS, with a certificate for localhost of an authority that is in `ca_file` alone.
TEST(CollectorTest, OverTlsOnlyOneWithACertificateOfATrustedAuthorityIsTold) {
  const std::filesystem::path folder = ::testing::TempDir();
  const auto authority = pki::Authority::Create("test", absl::Now(), absl::Hours(24));
  const auto key = pki::PrivateKey::Generate();
  const auto certificate = authority.IssueServer(key, {"localhost"}, absl::Now(), absl::Hours(24));
  ASSERT_TRUE(certificate.ok());
  const auto write = [&folder](const std::string& name, const std::string& pem) {
    const std::string path = folder / absl::StrCat("collector-", getpid(), "-", name, ".pem");
    EXPECT_TRUE(ReplaceFileContent(path, pem, FileMode::kPrivate).ok());
    return path;
  };
  const std::string certificate_file = write("certificate", *certificate);
  const std::string key_file = write("key", key.ToPem());
  const std::string ca_file = write("ca", authority.certificate_pem());
  const std::string other_file = write(
      "other", pki::Authority::Create("other", absl::Now(), absl::Hours(24)).certificate_pem());
  FakeCollector fake(certificate_file, key_file);
  ASSERT_THAT(fake.endpoint(), StartsWith("https://localhost:"));
  EXPECT_EQ(Collector({fake.endpoint(), ca_file}).Post("{}").kind, Answer::Kind::kTaken);
  for (const std::string& untrusted : {std::string(), other_file}) {
    const Answer answer = Collector({fake.endpoint(), untrusted}).Post("{}");
    EXPECT_EQ(answer.kind, Answer::Kind::kRetry) << untrusted;
    EXPECT_THAT(answer.error, HasSubstr("certificate")) << untrusted;
  }
  const std::string by_address = absl::StrCat("https://127.0.0.1:", fake.port());
  EXPECT_EQ(Collector({by_address, ca_file}).Post("{}").kind, Answer::Kind::kRetry);
  EXPECT_EQ(fake.posts().size(), 1u);
}

}  // namespace
}  // namespace muster::trace
