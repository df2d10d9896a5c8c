#include "server/identity/authority_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/files.h"

namespace muster::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kDay = absl::Hours(24);

class AuthorityFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string root = testing::TempDir() + "/muster-authority-XXXXXX";
    ASSERT_NE(mkdtemp(root.data()), nullptr);
    root_ = root;
    directory_ = root_ / "keys";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  absl::StatusOr<AuthorityFiles> Load(std::vector<std::string> names = {"localhost", "127.0.0.1"}) {
    return LoadOrCreateAuthorityFiles(directory_, names, now_);
  }
  static mode_t Mode(const std::filesystem::path& path) {
    struct stat info {};
    stat(path.c_str(), &info);
    return info.st_mode & 07777;
  }

  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  std::filesystem::path root_;
  std::filesystem::path directory_;
};

TEST_F(AuthorityFilesTest, WhatIsMadeOnceIsFoundAgain) {
  auto made = Load();
  ASSERT_TRUE(made.ok()) << made.status();
  auto found = Load();
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->authority.certificate_pem(), made->authority.certificate_pem());
  EXPECT_EQ(found->server_certificate_pem, made->server_certificate_pem);
  EXPECT_EQ(found->server_key_pem, made->server_key_pem);
  EXPECT_EQ(found->server_expires_at, now_ + 397 * kDay);
  EXPECT_EQ(*ReadSmallFile(found->authority_path), made->authority.certificate_pem());
}

TEST_F(AuthorityFilesTest, NobodyElseMayRead) {
  ASSERT_TRUE(Load().ok());
  EXPECT_EQ(Mode(directory_), 0700u);
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory_)) {
    EXPECT_EQ(Mode(file.path()), 0600u) << file.path();
    ++files;
  }
  EXPECT_EQ(files, 3);
}

TEST_F(AuthorityFilesTest, TheServersCertificateIsRenewedFromHalfOfItsLifeOn) {
  auto made = Load();
  ASSERT_TRUE(made.ok()) << made.status();
  now_ += 198 * kDay;
  EXPECT_EQ(Load()->server_certificate_pem, made->server_certificate_pem);
  now_ += kDay;
  auto renewed = Load();
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  EXPECT_NE(renewed->server_certificate_pem, made->server_certificate_pem);
  EXPECT_EQ(renewed->server_expires_at, now_ + 397 * kDay);
  EXPECT_EQ(renewed->authority.certificate_pem(), made->authority.certificate_pem());
}

TEST_F(AuthorityFilesTest, OtherNamesMakeAnotherCertificateAndOtherSpellingsDoNot) {
  auto made = Load({"Muster.Example", "::1", "127.0.0.1"});
  ASSERT_TRUE(made.ok()) << made.status();
  auto same = Load({"127.0.0.1", "0:0:0:0:0:0:0:1", "muster.example", "127.0.0.1"});
  EXPECT_EQ(same->server_certificate_pem, made->server_certificate_pem);
  auto other = Load({"muster.example"});
  EXPECT_NE(other->server_certificate_pem, made->server_certificate_pem);
  EXPECT_THAT(pki::ReadCertificate(other->server_certificate_pem)->names,
              ElementsAre("muster.example"));
}

TEST_F(AuthorityFilesTest, ADamagedServerCertificateIsReplacedAndADamagedAuthorityIsNot) {
  auto made = Load();
  ASSERT_TRUE(made.ok()) << made.status();
  std::ofstream(directory_ / "server.secret.pem") << "damaged";
  ASSERT_TRUE(Load().ok());
  std::ofstream(directory_ / "authority.secret.pem") << "damaged";
  auto refused = Load().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.message(), HasSubstr("authority.secret.pem"));
  EXPECT_THAT(refused.message(), HasSubstr("backup"));
}

TEST_F(AuthorityFilesTest, ANewAuthorityMakesANewServerCertificate) {
  auto made = Load();
  ASSERT_TRUE(made.ok()) << made.status();
  std::filesystem::remove(directory_ / "authority.secret.pem");
  auto remade = Load();
  ASSERT_TRUE(remade.ok()) << remade.status();
  EXPECT_TRUE(remade->authority.HasIssued(remade->server_certificate_pem));
  EXPECT_EQ(*ReadSmallFile(remade->authority_path), remade->authority.certificate_pem());
}

TEST_F(AuthorityFilesTest, SecretsThatOthersMayReadAreRefused) {
  ASSERT_TRUE(Load().ok());
  chmod((directory_ / "authority.secret.pem").c_str(), 0644);
  auto refused = Load().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.message(), HasSubstr("chmod 600"));
  chmod((directory_ / "authority.secret.pem").c_str(), 0600);
  chmod(directory_.c_str(), 0777);
  EXPECT_THAT(Load().status().message(), HasSubstr("chmod 700"));
}

TEST_F(AuthorityFilesTest, AnExpiredAuthorityAndABadNameAreSaid) {
  ASSERT_TRUE(Load().ok());
  EXPECT_THAT(Load({"two words"}).status().message(), HasSubstr("two words"));
  now_ += 3653 * kDay;
  EXPECT_THAT(Load().status().message(), HasSubstr("expired"));
}

TEST_F(AuthorityFilesTest, APlaceThatIsNoDirectoryIsSaid) {
  std::ofstream(root_ / "keys") << "a file";
  EXPECT_THAT(Load().status().message(), HasSubstr("keys"));
}

}  // namespace
}  // namespace muster::identity
