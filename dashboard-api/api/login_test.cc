// Sessions by cookie, what other sites may do with it (nothing), and the page's files.
#include <gmock/gmock.h>

#include <filesystem>

#include "common/files.h"
#include "dashboard-api/api/site_test_support.h"

namespace muster::dashboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kJson[] = "Content-Type: application/json\r\n";
constexpr char kCookie[] = "Cookie: other=1; muster=secret; muster2=x\r\n";

class LoginTest : public SiteTest {};

TEST_F(LoginTest, TheTokenGoesIntoTheCookieAndNowhereElse) {
  Start();
  const std::string own = "X-Muster-CSRF: 1\r\nSec-Fetch-Site: same-origin\r\n";
  const auto reply =
      Exchange("POST", "/v1/sessions", kJson + own, R"({"userId":"anna","password":"right"})");
  EXPECT_EQ(reply.result_int(), 200u);
  EXPECT_EQ(reply["Set-Cookie"], "muster=muster_session_secret; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_THAT(reply.body(), Not(HasSubstr("secret")));
  EXPECT_THAT(reply.body(), HasSubstr("users/anna"));
  EXPECT_EQ(reply.count("Content-Encoding"), 0u);
  const auto wrong =
      Exchange("POST", "/v1/sessions", kJson + own, R"({"userId":"anna","password":"wrong"})");
  EXPECT_EQ(wrong.result_int(), 401u);
  EXPECT_EQ(wrong.count("Set-Cookie"), 0u);
  EXPECT_EQ(Exchange("POST", "/v1/sessions", kJson, R"({"userId":"anna","password":"right"})")
                .result_int(),
            403u);
}

TEST_F(LoginTest, TheCookieIsTheTokenUnlessTheClientHasItsOwn) {
  Start();
  Exchange("GET", "/v1/machines", kCookie);
  EXPECT_EQ(fleet_.authorization(), "Bearer secret");
  Exchange("GET", "/v1/machines", std::string(kCookie) + "Authorization: Bearer mine\r\n");
  EXPECT_EQ(fleet_.authorization(), "Bearer mine");
  Exchange("GET", "/v1/machines", "Cookie: muster=\"a b\"\r\n");
  EXPECT_EQ(fleet_.authorization(), "");
}

TEST_F(LoginTest, ASessionThatIsOverLosesItsCookie) {
  Start();
  const auto over = Exchange("GET", "/v1/machines?filter=unauthenticated", kCookie);
  EXPECT_EQ(over.result_int(), 401u);
  EXPECT_THAT(std::string(over["Set-Cookie"]), StartsWith("muster=; Max-Age=0"));
  EXPECT_EQ(Exchange("GET", "/v1/machines?filter=unauthenticated", "Authorization: Bearer mine\r\n")
                .count("Set-Cookie"),
            0u);
  const auto left =
      Exchange("DELETE", "/v1/sessions/current",
               std::string(kCookie) + "X-Muster-CSRF: 1\r\nSec-Fetch-Site: same-origin\r\n");
  EXPECT_EQ(left.result_int(), 200u);
  EXPECT_THAT(std::string(left["Set-Cookie"]), StartsWith("muster=; Max-Age=0"));
}

struct Origin {
  const char* lines;
  unsigned expected;
};

class CsrfTest : public SiteTest, public testing::WithParamInterface<Origin> {};

TEST_P(CsrfTest, OnlyAPageOfThisOriginChangesAnythingByCookie) {
  Start();
  std::string lines = GetParam().lines;
  if (const size_t at = lines.find("HOST"); at != std::string::npos) lines.replace(at, 4, host());
  const auto reply = Exchange("POST", "/v1/campaigns", kCookie + lines + kJson, "{}");
  EXPECT_EQ(reply.result_int(), GetParam().expected) << lines << reply.body();
  // Reading needs none of it.
  EXPECT_EQ(Exchange("GET", "/v1/machines", kCookie + lines).result_int(), 200u);
  // Nor does a token of the client's own.
  EXPECT_EQ(Exchange("POST", "/v1/campaigns", lines + kJson + "Authorization: Bearer x\r\n", "{}")
                .result_int(),
            200u);
}

INSTANTIATE_TEST_SUITE_P(
    All, CsrfTest,
    testing::Values(
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: same-origin\r\n", 200},
        Origin{"X-Muster-CSRF: 1\r\nOrigin: http://HOST\r\n", 200},
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://HOST\r\n", 200},
        Origin{"", 403}, Origin{"X-Muster-CSRF: 1\r\n", 403},
        Origin{"Sec-Fetch-Site: same-origin\r\n", 403}, Origin{"Origin: http://HOST\r\n", 403},
        Origin{"X-Muster-CSRF: 0\r\nSec-Fetch-Site: same-origin\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: same-site\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: cross-site\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: none\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nOrigin: null\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nOrigin: https://HOST\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nOrigin: http://HOST.evil.example\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://evil\r\n", 403},
        Origin{"X-Muster-CSRF: 1\r\nSec-Fetch-Site: cross-site\r\nOrigin: http://HOST\r\n", 403}));

class FilesTest : public SiteTest {
 protected:
  void SetUp() override {
    SiteTest::SetUp();
    folder_ = std::filesystem::temp_directory_path() /
              absl::StrCat("muster-files-", getpid(), "-", rand());
    std::filesystem::create_directories(folder_ / "assets");
    Put("index.html", "<!doctype html>page");
    std::filesystem::create_directory(folder_ / "api");
    Put("api/index.html", "reference");
    Put("assets/app-3f9c2b1a.js", std::string(5000, 'x'));
    Put("assets/app-3f9c2b1a.js.br", "brotli");
    Put("assets/plain.css", "p{}");
    std::filesystem::create_symlink("/etc/passwd", folder_ / "link.txt");
    auto files = http::StaticFiles::Load(folder_);
    ASSERT_TRUE(files.ok()) << files.status();
    files_ = *std::move(files);
    Start();
  }
  void TearDown() override {
    SiteTest::TearDown();
    std::filesystem::remove_all(folder_);
  }
  void Put(const std::string& name, const std::string& content) {
    ASSERT_TRUE(ReplaceFileContent(folder_ / name, content, FileMode::kShared).ok());
  }
  std::filesystem::path folder_;
};

TEST_F(FilesTest, ThePageAndItsDeepLinks) {
  const auto page = Exchange("GET", "/");
  EXPECT_EQ(page.result_int(), 200u);
  EXPECT_EQ(page["Content-Type"], "text/html; charset=utf-8");
  EXPECT_EQ(page["Cache-Control"], "no-cache");
  EXPECT_THAT(std::string(page["Content-Security-Policy"]),
              HasSubstr("default-src 'none'; script-src 'self'; style-src 'self';"));
  EXPECT_EQ(Exchange("GET", "/campaigns/1?tab=2", "Accept: text/html,*/*;q=0.8\r\n").body(),
            "<!doctype html>page");
  EXPECT_EQ(Exchange("GET", "/campaigns/1", "Accept: */*\r\n").result_int(), 404u);
  EXPECT_EQ(Exchange("GET", "/v1/nothing", "Accept: text/html\r\n").result_int(), 404u);
  EXPECT_EQ(Exchange("POST", "/", "Accept: text/html\r\n").result_int(), 400u);
  EXPECT_EQ(Exchange("GET", "/", absl::StrCat("If-None-Match: ", std::string(page["ETag"]), "\r\n"))
                .result_int(),
            304u);
}

TEST_F(FilesTest, HashedFilesAreCachedForGoodAndPrecompressed) {
  const auto brotli = Exchange("GET", "/assets/app-3f9c2b1a.js", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(brotli.body(), "brotli");
  EXPECT_EQ(brotli["Content-Encoding"], "br");
  EXPECT_THAT(std::string(brotli["Cache-Control"]), HasSubstr("immutable"));
  EXPECT_EQ(
      Exchange("GET", "/assets/app-3f9c2b1a.js", "Accept-Encoding: gzip\r\n")["Content-Encoding"],
      "gzip");
  EXPECT_EQ(Exchange("GET", "/assets/app-3f9c2b1a.js").body().size(), 5000u);
  EXPECT_EQ(Exchange("GET", "/assets/plain.css")["Cache-Control"], "no-cache");
  EXPECT_EQ(Exchange("GET", "/assets/app-3f9c2b1a.js.br").result_int(), 404u);
}

TEST_F(FilesTest, TheReferenceHasAPolicyOfItsOwn) {
  const auto reply = Exchange("GET", "/api/");
  EXPECT_EQ(reply.body(), "reference");
  EXPECT_THAT(std::string(reply["Content-Security-Policy"]), HasSubstr("'unsafe-inline'"));
  EXPECT_THAT(std::string(Exchange("GET", "/")["Content-Security-Policy"]),
              Not(HasSubstr("unsafe")));
}

TEST_F(FilesTest, NothingOutsideOfTheFolder) {
  for (const char* path : {"/../index.html", "/assets/../../etc/passwd", "/%2e%2e/etc/passwd",
                           "//etc/passwd", "/link.txt", "/assets", "/assets/"}) {
    EXPECT_NE(Exchange("GET", path).result_int(), 200u) << path;
  }
}

}  // namespace
}  // namespace muster::dashboard
