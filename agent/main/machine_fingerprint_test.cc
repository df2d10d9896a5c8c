#include "agent/main/machine_fingerprint.h"

#include <gtest/gtest.h>

namespace muster::agent {
namespace {

const MachineFingerprint kKept{"4c4c4544-0042-3510-8052-b4c04f564231", "S-1-5-21-1-2-3"};

struct Case {
  const char* name;
  MachineFingerprint now;
  Kinship kinship;
};

class CompareTest : public ::testing::TestWithParam<Case> {};

TEST_P(CompareTest, Tells) { EXPECT_EQ(Compare(kKept, GetParam().now), GetParam().kinship); }

INSTANTIATE_TEST_SUITE_P(
    Table, CompareTest,
    ::testing::Values(
        Case{"Nothing changed", kKept, Kinship::kSame},
        Case{
            "An image was deployed to another board", {"other", "S-1-5-21-4-5-6"}, Kinship::kClone},
        Case{"A virtual machine was copied", {"other", kKept.machine_sid}, Kinship::kClone},
        Case{"The SID was made anew in place",
             {kKept.smbios_uuid, "S-1-5-21-4-5-6"},
             Kinship::kChanged},
        Case{"A new SID on a board without UUID", {"", "S-1-5-21-4-5-6"}, Kinship::kClone},
        Case{"The firmware stopped telling", {"", kKept.machine_sid}, Kinship::kChanged},
        Case{"Nothing was to be had", {"", ""}, Kinship::kChanged}));

TEST(MachineFingerprint, ReadsWhatItWrote) {
  EXPECT_EQ(ParseFingerprint(FormatFingerprint(kKept)), kKept);
  EXPECT_EQ(ParseFingerprint("garbage\n=\n"), MachineFingerprint());
}

TEST(MachineFingerprint, LeavesOutWhatWholeSeriesShare) {
  host::MachineFacts facts;
  facts.smbios_uuid = "03000200-0400-0500-0006-000700080009";
  facts.machine_sid = kKept.machine_sid;
  EXPECT_EQ(FingerprintOf(facts), (MachineFingerprint{"", kKept.machine_sid}));
}

}  // namespace
}  // namespace muster::agent
