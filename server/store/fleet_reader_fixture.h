// A fleet of five machines as a FleetReader tells of it: what its tests share.
#ifndef MUSTER_SERVER_STORE_FLEET_READER_FIXTURE_H_
#define MUSTER_SERVER_STORE_FLEET_READER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/fleet_reader.h"
#include "server/store/store_test_support.h"

namespace muster::store::testing {

// Five machines: PC1 and PC2 at Berlin are affected, PC3 at Bonn is at risk until hour 10, PC4 at
// Bonn is clean, PC5 has no verdict and a site with every character that could go wrong.
class FleetReaderTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    reader_ = std::make_unique<FleetReader>(database_.get());
    std::vector<Digest> ids;
    for (int i = 1; i <= 5; ++i) ids.push_back(IdOf(i));
    Enroll(ids);
    v1::Catalog catalog;
    catalog.set_sha256(Sha256("catalog").ToBytes());
    catalog.set_failure_hresult(0x800B0101);
    *catalog.mutable_breaks_at() = ToProto(Hour(10));
    catalogs_ = std::make_unique<ItemSet>(v1::CATALOGS, std::vector{catalog.SerializeAsString()});
    v1::Package package;
    package.set_identity("Package_for_KB2~31bf3856ad364e35~amd64~~6.1.1.0");
    package.set_kb("KB2");
    packages_ = std::make_unique<ItemSet>(v1::PACKAGES, std::vector{package.SerializeAsString()});
    MUSTER_ASSERT_OK(Apply([&](auto& transaction) { return Fill(transaction); }));
  }

  absl::Status Fill(inventory::Transaction& transaction) {
    for (const ItemSet* set :
         std::initializer_list<const ItemSet*>{&updates_, catalogs_.get(), packages_.get()}) {
      if (absl::Status status = PutSet(transaction, *set); !status.ok()) return status;
    }
    const char* sites[] = {"Berlin", "berlin", "Bonn", "Bonn", "O'Hara \"%_\\"};
    for (int i = 1; i <= 5; ++i) {
      auto report = Report(IdOf(i), Hour(i * 0.1), {&updates_});
      if (i == 3) report = Report(IdOf(i), Hour(0), {packages_.get(), catalogs_.get()});
      report.attributes.emplace().set_name(absl::StrCat("PC", i));
      report.attributes->set_site(sites[i - 1]);
      if (absl::Status status = transaction.PutReports({report}); !status.ok()) return status;
    }
    v1::Verdict at_risk = MakeVerdict(v1::Verdict::AT_RISK);
    *at_risk.mutable_breaks_at() = ToProto(Hour(10));
    at_risk.add_evidence()->add_items(catalogs_->items()[0].digest.ToBytes());
    return transaction.PutVerdicts(
        {{IdOf(1), Hour(0), {MakeVerdict(v1::Verdict::AFFECTED)}},
         {IdOf(2),
          Hour(0),
          {MakeVerdict(v1::Verdict::AFFECTED), MakeVerdict(v1::Verdict::CLEAN, "other")}},
         {IdOf(3), Hour(0), {at_risk}},
         {IdOf(4),
          Hour(0),
          {MakeVerdict(v1::Verdict::CLEAN), MakeVerdict(v1::Verdict::FIXED, "other")}}});
  }

  absl::StatusOr<v1::ListMachinesResponse> List(const std::string& filter, double hour = 1,
                                                const std::string& order = "",
                                                const std::string& rule = "") {
    v1::ListMachinesRequest request;
    request.set_filter(filter);
    request.set_order_by(order);
    request.set_rule(rule);
    return reader_->ListMachines(request, Hour(hour));
  }
  std::vector<std::string> Names(const std::string& filter, double hour = 1,
                                 const std::string& order = "", const std::string& rule = "") {
    const auto response = List(filter, hour, order, rule);
    EXPECT_TRUE(response.ok()) << filter << ": " << response.status();
    std::vector<std::string> names;
    if (!response.ok()) return names;
    for (const v1::Machine& machine : response->machines()) {
      names.push_back(machine.attributes().name());
    }
    EXPECT_EQ(response->total_size(), static_cast<int64_t>(names.size()));
    return names;
  }

  std::unique_ptr<FleetReader> reader_;
  const ItemSet updates_ = UpdateSet({"KB1"});
  std::unique_ptr<ItemSet> catalogs_, packages_;
};

}  // namespace muster::store::testing

#endif  // MUSTER_SERVER_STORE_FLEET_READER_FIXTURE_H_
