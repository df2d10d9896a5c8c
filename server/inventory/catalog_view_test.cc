#include "server/inventory/catalog_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/proto_time.h"

namespace muster::inventory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kDay = absl::FromUnixSeconds(1'372'636'800);

class CatalogViewTest : public ::testing::Test {
 protected:
  CatalogViewTest() {
    holdings_.machines = {{1, 9'000}, {2, 1'000}};
    Add("Package_1_for_KB2705219~x~amd64~~1.cat", "Microsoft Windows", "61", {1}, kDay);
    Add("Package_2_for_KB976902~x~amd64~~1.cat", "Microsoft \"Corp*\"", "62", {1, 2},
        absl::InfiniteFuture());
    Add("odd.cat", "Microsoft Windows", "61", {2}, kDay - absl::Hours(1));
  }
  void Add(const std::string& file, const std::string& signer, const std::string& serial,
           std::vector<int> sets, absl::Time breaks_at) {
    HeldCatalog& held = holdings_.catalogs.emplace_back();
    held.catalog.set_path("Windows/servicing/Packages/" + file);
    held.catalog.set_sha256(std::string(32, static_cast<char>('a' + holdings_.catalogs.size())));
    held.catalog.set_signer(signer);
    held.catalog.set_issuer("CA");
    held.catalog.set_serial(serial);
    held.catalog.set_result(v1::Catalog::VALID_TIMESTAMPED);
    if (breaks_at != absl::InfiniteFuture()) {
      *held.catalog.mutable_breaks_at() = ToProto(breaks_at);
      held.catalog.set_result(v1::Catalog::NO_TIMESTAMP);
    }
    held.kb = KbOfPath(held.catalog.path());
    for (const int set : sets) held.machines += holdings_.machines[set];
    held.sets = std::move(sets);
  }
  // KBs or file names of what a filter finds, in an order.
  std::vector<std::string> Find(const std::string& filter, const std::string& order = "") {
    v1::ListCatalogsRequest request;
    request.set_filter(filter);
    request.set_order_by(order);
    auto listed = ListCatalogs(holdings_, request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    std::vector<std::string> found;
    if (!listed.ok()) return found;
    for (const auto& holding : listed->catalogs()) {
      found.push_back(holding.kb().empty() ? "odd" : holding.kb());
    }
    return found;
  }

  CatalogHoldings holdings_;
};

TEST(KbOfPathTest, FindsTheNumberThatAPackageIsNamedBy) {
  EXPECT_EQ(KbOfPath("Windows/servicing/Packages/Package_2_for_kb2705219~x.cat"), "KB2705219");
  EXPECT_EQ(KbOfPath("Windows/servicing/Packages/Package_for_KB976902~x.cat"), "KB976902");
  EXPECT_EQ(KbOfPath("KB12.cat"), "");
  EXPECT_EQ(KbOfPath("Microsoft-Windows-Foundation-Package~x.cat"), "");
}

TEST_F(CatalogViewTest, TheFirstToLapseComeFirst) {
  EXPECT_THAT(Find(""), ElementsAre("odd", "KB2705219", "KB976902"));
  EXPECT_THAT(Find("", "breaks_at desc"), ElementsAre("KB2705219", "odd", "KB976902"));
  EXPECT_THAT(Find("", "machines desc"), ElementsAre("KB976902", "KB2705219", "odd"));
}

TEST_F(CatalogViewTest, FiltersByEachKindOfField) {
  EXPECT_THAT(Find("kb = 2705219"), ElementsAre("KB2705219"));
  EXPECT_THAT(Find("result = NO_TIMESTAMP"), ElementsAre("odd", "KB2705219"));
  EXPECT_THAT(Find("breaks_at < 2013-07-01"), ElementsAre("odd"));
  EXPECT_THAT(Find("-breaks_at:*"), ElementsAre("KB976902"));
  EXPECT_THAT(Find("signer:windows AND path:for_kb"), ElementsAre("KB2705219"));
  EXPECT_THAT(Find("path = *odd.cat OR kb = KB976902"), ElementsAre("odd", "KB976902"));
  EXPECT_THAT(Find("signer != \"microsoft windows\""), ElementsAre("KB976902"));
}

TEST_F(CatalogViewTest, ASignersMachinesCountOnceAndItsFilterListsItsCatalogs) {
  auto listed = ListSigners(holdings_, {});
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->signers_size(), 2);
  for (const v1::Signer& signer : listed->signers()) {
    EXPECT_EQ(signer.machines(), 10'000) << signer.serial();
    EXPECT_EQ(static_cast<int64_t>(Find(signer.catalog_filter()).size()), signer.catalogs())
        << signer.catalog_filter();
  }
  EXPECT_EQ(listed->signers(0).serial(), "61");
  EXPECT_EQ(FromProto(listed->signers(0).breaks_at()), kDay - absl::Hours(1));
  EXPECT_FALSE(listed->signers(1).has_breaks_at());
}

TEST_F(CatalogViewTest, PagesFollowEachOther) {
  v1::ListCatalogsRequest request;
  request.set_page_size(2);
  auto first = ListCatalogs(holdings_, request);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->catalogs_size(), 2);
  EXPECT_EQ(first->total_size(), 3);
  request.set_page_token(first->next_page_token());
  auto second = ListCatalogs(holdings_, request);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->catalogs_size(), 1);
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(CatalogViewTest, WhatIsNotWellFormedIsNamed) {
  v1::ListCatalogsRequest request;
  request.set_order_by("size");
  EXPECT_THAT(ListCatalogs(holdings_, request).status().message(), HasSubstr("order_by"));
  request.clear_order_by();
  request.set_filter("site = Berlin");
  EXPECT_FALSE(ListCatalogs(holdings_, request).ok());
  request.clear_filter();
  request.set_page_token("x");
  EXPECT_THAT(ListCatalogs(holdings_, request).status().message(), HasSubstr("page_token"));
}

}  // namespace
}  // namespace muster::inventory
