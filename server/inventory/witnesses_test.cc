#include "server/inventory/witnesses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/proto_time.h"

namespace muster::inventory {
namespace {

const absl::Time kDay = absl::FromUnixSeconds(1'372'636'800);

v1::Package Package(const std::string& kb, v1::Package::State state) {
  v1::Package package;
  package.set_kb(kb);
  package.set_identity("Package_for_" + kb + "~31bf3856ad364e35~amd64~~6.1.1.0");
  package.set_state(state);
  return package;
}

v1::Catalog Catalog(const std::string& kb, v1::Catalog::Result result, absl::Time breaks_at) {
  v1::Catalog catalog;
  catalog.set_path("Windows/servicing/Packages/Package_for_" + kb +
                   "~31bf3856ad364e35~amd64~~6.1.1.0.cat");
  catalog.set_result(result);
  if (breaks_at != absl::InfiniteFuture()) *catalog.mutable_breaks_at() = ToProto(breaks_at);
  return catalog;
}

TEST(WitnessesTest, EachIsToldAndWhereTheyDisagree) {
  Testimony testimony;
  testimony.updates.emplace_back().set_kb("KB976902");
  testimony.updates.emplace_back().set_kb("KB100");
  testimony.packages = {Package("KB976902", v1::Package::INSTALLED),
                        Package("KB2705219", v1::Package::INSTALLED),
                        Package("KB3", v1::Package::STAGED), Package("", v1::Package::INSTALLED)};
  testimony.catalogs = {Catalog("KB976902", v1::Catalog::VALID_TIMESTAMPED, absl::InfiniteFuture()),
                        Catalog("KB2705219", v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU, kDay)};
  const auto told = CompareWitnesses(testimony, kDay);
  ASSERT_EQ(told.rows_size(), 4);
  EXPECT_EQ(told.rows(0).kb(), "KB3");
  EXPECT_EQ(told.rows(0).disagreement(), "");
  EXPECT_EQ(told.rows(1).kb(), "KB100");
  EXPECT_EQ(told.rows(1).disagreement(),
            "the update list names it, servicing has no package of it");
  EXPECT_EQ(told.rows(2).disagreement(), "");
  EXPECT_EQ(told.rows(3).kb(), "KB2705219");
  EXPECT_EQ(told.rows(3).disagreement(),
            "servicing has it installed, the update list does not name it; 1 of its 1 catalogs do "
            "not verify");
  EXPECT_EQ(told.installed_packages(), 3);
  EXPECT_EQ(told.failing_catalogs(), 1);
  EXPECT_EQ(told.finding(), "1 of 2 catalogs do not verify");
  // A second before, it did.
  EXPECT_EQ(CompareWitnesses(testimony, kDay - absl::Seconds(1)).failing_catalogs(), 0);
}

TEST(WitnessesTest, AListThatIsEmptyBesideInstalledPackagesIsTheFinding) {
  Testimony testimony;
  testimony.packages = {Package("KB1", v1::Package::INSTALLED)};
  EXPECT_EQ(CompareWitnesses(testimony, kDay).finding(),
            "the update list names 0 updates, servicing has 1 installed packages");
  EXPECT_EQ(CompareWitnesses({}, kDay).finding(), "");
}

TEST(WitnessesTest, WhatNeverVerifiesDoesNot) {
  for (const auto result : {v1::Catalog::SIGNATURE_BROKEN, v1::Catalog::UNSIGNED,
                            v1::Catalog::CORRUPT, v1::Catalog::RESULT_UNSPECIFIED}) {
    EXPECT_FALSE(Verifies(Catalog("KB1", result, absl::InfiniteFuture()), kDay)) << result;
  }
  EXPECT_TRUE(Verifies(Catalog("KB1", v1::Catalog::NO_TIMESTAMP, kDay + absl::Seconds(1)), kDay));
}

}  // namespace
}  // namespace muster::inventory
