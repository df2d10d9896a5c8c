#include "agent/main/agent_state.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "agent/main/secret_protection.h"
#include "agent/main/state_folder.h"
#include "common/files.h"

namespace muster::agent {
namespace {

namespace fs = std::filesystem;

class AgentStateTest : public ::testing::Test {
 protected:
  AgentStateTest()
      : folder_(fs::temp_directory_path() / ("muster_state_" + std::to_string(getpid()))),
        state_(folder_) {}
  ~AgentStateTest() override { fs::remove_all(folder_); }

  void Enrol() {
    ASSERT_TRUE(state_.LoadOrMakeKey().ok());
    ASSERT_TRUE(state_.SaveEnrolment({"server:8443", {}}, "authority", "certificate").ok());
  }

  const fs::path folder_;
  const AgentState state_;
};

TEST_F(AgentStateTest, TheKeyIsMadeOnce) {
  const auto first = state_.LoadOrMakeKey();
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = state_.LoadOrMakeKey();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->PublicKeyDigest(), second->PublicKeyDigest());
  Enrol();
  const auto enrolment = state_.Load();
  ASSERT_TRUE(enrolment.ok()) << enrolment.status();
  EXPECT_EQ(enrolment->machine, first->PublicKeyDigest());
}

TEST_F(AgentStateTest, ADamagedKeyIsToldAndNotReplaced) {
  Enrol();
  ASSERT_TRUE(ReplaceFileContent(folder_ / kKeyFile, "damaged", FileMode::kPrivate).ok());
  EXPECT_FALSE(state_.LoadOrMakeKey().ok());
  EXPECT_FALSE(state_.Load().ok());
  EXPECT_EQ(*ReadSmallFile(folder_ / kKeyFile), "damaged");
}

TEST_F(AgentStateTest, AnInvitationOutlivesTheIdentity) {
  v1::MachineAttributes attributes;
  attributes.set_site("Hamburg");
  ASSERT_TRUE(state_.SaveInvitation({{"server:8443", attributes}, "authority", "token"}).ok());
  Enrol();
  ASSERT_TRUE(state_.SaveFingerprint("print").ok());
  EXPECT_TRUE(*state_.Forget());
  EXPECT_FALSE(*state_.Forget());
  EXPECT_FALSE(state_.IsEnrolled());
  EXPECT_EQ(*state_.LoadFingerprint(), "");
  EXPECT_FALSE(fs::exists(folder_ / kKeyFile));
  const auto invitation = state_.LoadInvitation();
  ASSERT_TRUE(invitation.ok()) << invitation.status();
  EXPECT_EQ(invitation->settings.server, "server:8443");
  EXPECT_EQ(invitation->token, "token");
}

TEST_F(AgentStateTest, CutOffInTheMidstOfForgettingNoWholeEnrolmentIsLeft) {
  Enrol();
  fs::remove(folder_ / "certificate.pem");  // Forget's first step
  EXPECT_FALSE(state_.IsEnrolled());
  EXPECT_TRUE(absl::IsFailedPrecondition(state_.Load().status()));
  EXPECT_TRUE(*state_.Forget());
}

TEST_F(AgentStateTest, WithoutAnInvitationThereIsNone) {
  EXPECT_TRUE(absl::IsNotFound(state_.LoadInvitation().status()));
}

TEST(StateFolder, AFileIsNoFolder) {
  const fs::path path =
      fs::temp_directory_path() / ("muster_no_folder_" + std::to_string(getpid()));
  ASSERT_TRUE(ReplaceFileContent(path, "x", FileMode::kShared).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(PrepareStateFolder(path)));
  fs::remove(path);
}

TEST(SecretProtection, GivesBackWhatItTook) {
  const auto bytes = ProtectSecret("secret");
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(*UnprotectSecret(*bytes), "secret");
}

}  // namespace
}  // namespace muster::agent
