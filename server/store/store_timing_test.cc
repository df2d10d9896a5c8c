// How long the store's bulk work takes, without the disk's flush, printed and not judged: machines
// differ.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

constexpr int kMachines = 500;

class StoreTimingTest : public StoreTest {
 protected:
  void Timed(const char* what, const std::function<absl::Status()>& work) {
    const absl::Time start = absl::Now();
    MUSTER_ASSERT_OK(work());
    std::printf("[   TIME   ] %s: %.1f ms\n", what,
                absl::ToDoubleMilliseconds(absl::Now() - start));
  }
  static ItemSet Catalogs(int count) {
    std::vector<std::string> items;
    for (int i = 0; i < count; ++i) {
      v1::Catalog catalog;
      catalog.set_path(
          absl::StrCat("Windows/servicing/Packages/Package_", i, "_for_KB", i, ".cat"));
      catalog.set_sha256(Sha256(catalog.path()).ToBytes());
      catalog.set_signer("Microsoft Windows");
      items.push_back(catalog.SerializeAsString());
    }
    return ItemSet(v1::CATALOGS, std::move(items));
  }
};

TEST_F(StoreTimingTest, ReportsOf500Machines) {
  const ItemSet catalogs = Catalogs(2'700), facts(v1::FACTS, {}), packages(v1::PACKAGES, {});
  const ItemSet updates = UpdateSet({"KB1"}), more = UpdateSet({"KB1", "KB2"});
  std::vector<Digest> machines;
  for (int i = 0; i < kMachines; ++i) machines.push_back(IdOf(i));
  Enroll(machines);
  Timed("a set of 2,700 new items",
        [&] { return Apply([&](auto& transaction) { return PutSet(transaction, catalogs); }); });
  MUSTER_ASSERT_OK(Apply([&](auto& transaction) {
    for (const ItemSet* set : {&facts, &packages, &updates, &more}) {
      if (absl::Status status = PutSet(transaction, *set); !status.ok()) return status;
    }
    return absl::OkStatus();
  }));
  const auto report = [&](double hour, const ItemSet& listed, v1::Verdict::State state) {
    return Apply([&](inventory::Transaction& transaction) -> absl::Status {
      std::vector<inventory::MachineReport> reports;
      std::vector<inventory::MachineVerdicts> verdicts;
      for (const Digest& machine : machines) {
        reports.push_back(Report(machine, Hour(hour), {&listed, &packages, &catalogs, &facts}));
        verdicts.push_back({machine, Hour(hour), {MakeVerdict(state)}});
      }
      if (absl::Status status = transaction.PutReports(reports); !status.ok()) return status;
      if (auto states = transaction.LoadStates(machines); !states.ok()) return states.status();
      return transaction.PutVerdicts(verdicts);
    });
  };
  Timed("first reports of 500 machines", [&] { return report(0, updates, v1::Verdict::CLEAN); });
  Timed("the same again", [&] { return report(0, updates, v1::Verdict::CLEAN); });
  Timed("another update set and verdict", [&] { return report(1, more, v1::Verdict::FIXED); });
}

}  // namespace
}  // namespace muster::store::testing
