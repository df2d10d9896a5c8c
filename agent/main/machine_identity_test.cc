#include "agent/main/machine_identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "agent/host/fake/fake_system.h"
#include "agent/host/fake/recorded_answers.h"
#include "agent/main/machine_fingerprint.h"
#include "agent/main/state_folder.h"

namespace muster::agent {
namespace {

namespace fs = std::filesystem;

class MachineIdentityTest : public ::testing::Test {
 protected:
  MachineIdentityTest()
      : folder_(fs::temp_directory_path() / ("muster_identity_" + std::to_string(getpid()))),
        state_(folder_) {
    Start("4c4c4544-0042-3510-8052-b4c04f564231", "S-1-5-21-1-2-3");
    EXPECT_TRUE(PrepareStateFolder(folder_).ok());
  }
  ~MachineIdentityTest() override { fs::remove_all(folder_); }

  // The machine that the folder is found on.
  void Start(const std::string& uuid, const std::string& sid) {
    auto facts = host::Windows7Facts();
    facts.value.smbios_uuid = uuid;
    facts.value.machine_sid = sid;
    system_.SetFacts(facts);
  }
  void Claim() {
    const absl::Status status = ClaimIdentity(system_, state_);
    EXPECT_TRUE(status.ok()) << status;
  }
  void Enrol() {
    ASSERT_TRUE(state_.LoadOrMakeKey().ok());
    ASSERT_TRUE(state_.SaveEnrolment({"server:8443", {}}, "authority", "certificate").ok());
  }

  const fs::path folder_;
  const AgentState state_;
  host::FakeSystem system_;
};

TEST_F(MachineIdentityTest, TheSameMachineKeepsItsIdentity) {
  Claim();
  Enrol();
  Claim();
  EXPECT_TRUE(state_.IsEnrolled());
}

TEST_F(MachineIdentityTest, ACloneForgetsIt) {
  Claim();
  Enrol();
  Start("4c4c4544-0042-3510-8052-000000000000", "S-1-5-21-4-5-6");
  Claim();
  EXPECT_FALSE(state_.HasIdentity());
  Enrol();
  Claim();
  EXPECT_TRUE(state_.IsEnrolled());  // it is its own now
}

TEST_F(MachineIdentityTest, AnIdentityThatNobodyWroteDownTheMachineOfIsForgotten) {
  Enrol();
  Claim();
  EXPECT_FALSE(state_.HasIdentity());
}

TEST_F(MachineIdentityTest, AKeyWithoutACertificateIsAnIdentityToo) {
  ASSERT_TRUE(state_.LoadOrMakeKey().ok());
  Claim();
  EXPECT_FALSE(state_.HasIdentity());
}

TEST_F(MachineIdentityTest, WhatIsNotToBeHadTodayIsNotForgotten) {
  Claim();
  Enrol();
  Start("", "S-1-5-21-1-2-3");
  Claim();
  EXPECT_TRUE(state_.IsEnrolled());
  Start("4c4c4544-0042-3510-8052-000000000000", "S-1-5-21-1-2-3");  // a copy of the disk
  Claim();
  EXPECT_FALSE(state_.HasIdentity());
}

TEST_F(MachineIdentityTest, AMachineThatCannotSayWhoItIsKeepsWhatItHas) {
  Claim();
  Enrol();
  system_.SetFacts(host::TimedOut<host::MachineFacts>());
  Claim();
  EXPECT_TRUE(state_.IsEnrolled());
  EXPECT_NE(*state_.LoadFingerprint(), "");
}

}  // namespace
}  // namespace muster::agent
