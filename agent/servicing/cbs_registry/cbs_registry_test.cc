#include "agent/servicing/cbs_registry/cbs_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::servicing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::string_view kIdentity = "Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";

// A value that owns its bytes.
struct Value {
  std::string name;
  uint32_t type;
  std::string bytes;
};

Value Dword(std::string name, uint32_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xFF);
  return {std::move(name), 4, bytes};
}

Value Text(std::string name, absl::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes += {c, '\0'};
  bytes += {'\0', '\0'};
  return {std::move(name), 1, bytes};
}

CbsPackageRecord Read(const std::vector<Value>& values) {
  std::vector<RegistryValueView> views;
  views.reserve(values.size());
  for (const Value& value : values) views.push_back({value.name, value.type, value.bytes});
  return ReadCbsPackage(kIdentity, views);
}

TEST(ReadCbsPackage, ReadsAnInstalledPackage) {
  const CbsPackageRecord record =
      Read({Dword("CurrentState", 0x70), Dword("InstallTimeHigh", 30307881),
            Dword("InstallTimeLow", 965955247), Text("InstallClient", "WindowsUpdateAgent"),
            Text("InstallName", "update.mum"), Text("InstallUser", "S-1-5-18"),
            Dword("Visibility", 1), Dword("SelfUpdate", 0), Dword("LastError", 0x800B0101)});
  EXPECT_EQ(record.identity, kIdentity);
  EXPECT_EQ(record.state, (CbsStateValue{CbsState::kInstalled, false}));
  EXPECT_EQ(absl::FormatTime("%Y-%m-%dT%H:%M:%E2S", *record.install_time, absl::UTCTimeZone()),
            "2013-07-01T07:04:27.20");
  EXPECT_EQ(record.install_client, "WindowsUpdateAgent");
  EXPECT_EQ(record.install_name, "update.mum");
  EXPECT_EQ(record.install_user, "S-1-5-18");
  EXPECT_EQ(record.visibility, 1u);
  EXPECT_EQ(record.last_error, 0x800B0101u);
  EXPECT_THAT(record.complaints, IsEmpty());
}

TEST(ReadCbsPackage, ValueNamesHaveNoCase) {
  EXPECT_EQ(Read({Dword("currentSTATE", 0x40)}).state, (CbsStateValue{CbsState::kStaged, false}));
}

TEST(ReadCbsPackage, ComplainsOfWrongTypesAndReadsTheRest) {
  const CbsPackageRecord record = Read({Text("CurrentState", "112"),
                                        {"InstallTimeHigh", 11, std::string(8, '\1')},
                                        Dword("InstallTimeLow", 1),
                                        {"InstallClient", 4, "\1\2\3\4"},
                                        {"InstallName", 1, "odd"},
                                        {"Visibility", 3, std::string("\1\0\0\0", 4)},
                                        Text("InstallUser", "S-1-5-18")});
  EXPECT_FALSE(record.state.has_value());
  EXPECT_FALSE(record.install_time.has_value());
  EXPECT_FALSE(record.visibility.has_value());
  EXPECT_EQ(record.install_user, "S-1-5-18");
  EXPECT_THAT(record.complaints, ElementsAre(HasSubstr("CurrentState is a REG_SZ of 8 bytes"),
                                             HasSubstr("InstallTimeHigh is a REG_QWORD"),
                                             HasSubstr("InstallClient is a REG_DWORD"),
                                             HasSubstr("InstallName is a REG_SZ of 3 bytes"),
                                             HasSubstr("Visibility is a REG_BINARY of 4 bytes")));
}

TEST(ReadCbsPackage, ComplainsOfNumbersThatAreNoState) {
  const CbsPackageRecord record = Read({Dword("CurrentState", 0x71)});
  EXPECT_FALSE(record.state.has_value());
  EXPECT_THAT(record.complaints, ElementsAre(HasSubstr("CurrentState 0x71")));
}

TEST(ReadCbsPackage, ComplainsOfAKeyWithoutState) {
  const CbsPackageRecord record = Read({});
  EXPECT_FALSE(record.state.has_value());
  EXPECT_THAT(record.complaints, SizeIs(1));
}

TEST(ReadCbsPackage, TimeOfZeroIsNone) {
  const CbsPackageRecord record =
      Read({Dword("CurrentState", 0x70), Dword("InstallTimeHigh", 0), Dword("InstallTimeLow", 0)});
  EXPECT_FALSE(record.install_time.has_value());
  EXPECT_THAT(record.complaints, IsEmpty());
}

TEST(ReadCbsPackage, TimeBeyondAllCalendarsIsAComplaint) {
  const CbsPackageRecord record =
      Read({Dword("CurrentState", 0x70), Dword("InstallTimeHigh", 0xFFFFFFFF),
            Dword("InstallTimeLow", 0xFFFFFFFF)});
  EXPECT_FALSE(record.install_time.has_value());
  EXPECT_THAT(record.complaints, ElementsAre(HasSubstr("InstallTimeHigh 0xFFFFFFFF")));
}

TEST(ReadCbsPackage, TextEndsAtTheFirstNul) {
  std::string bytes = Text("", "update.mum").bytes + Text("", "rest").bytes;
  EXPECT_EQ(Read({Dword("CurrentState", 0x70), {"InstallName", 1, bytes}}).install_name,
            "update.mum");
  EXPECT_EQ(
      Read({Dword("CurrentState", 0x70), {"InstallName", 2, bytes.substr(0, 12)}}).install_name,
      "update");
}

TEST(ReadCbsState, BrokenStatesAreNegative) {
  EXPECT_EQ(*ReadCbsState(0xFFFFFF90), (CbsStateValue{CbsState::kInstalled, true}));
  EXPECT_EQ(*ReadCbsState(0xFFFFFF80), (CbsStateValue{CbsState::kPermanent, true}));
  EXPECT_FALSE(ReadCbsState(0xFFFFFFEF).ok());  // -17: only ever answered, never kept
}

TEST(IsInstalled, StagedAndSupersededAreNot) {
  EXPECT_TRUE(IsInstalled(CbsState::kInstalled));
  EXPECT_TRUE(IsInstalled(CbsState::kPermanent));
  EXPECT_FALSE(IsInstalled(CbsState::kStaged));
  EXPECT_FALSE(IsInstalled(CbsState::kSuperseded));
  EXPECT_FALSE(IsInstalled(CbsState::kInstallPending));
}

}  // namespace
}  // namespace muster::servicing
