#include "server/store/store_test_support.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "server/store/values_internal.h"

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4 drops the last PGresult of a connection that was lost within a statement: 216 bytes
// each time.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:pqxx::connection_base::exec_params\n";
}
#endif

namespace muster::store::testing {
namespace {

struct Cluster {
  TemporaryDirectory directory;
  std::unique_ptr<EmbeddedPostgres> postgres;
};
std::unique_ptr<Cluster> shared_cluster;

class StopCluster : public ::testing::Environment {
 public:
  void TearDown() override {
    if (shared_cluster != nullptr) shared_cluster->postgres.reset();
    shared_cluster.reset();
  }
};
[[maybe_unused]] ::testing::Environment* const stop_cluster =
    ::testing::AddGlobalTestEnvironment(new StopCluster);

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "muster-store-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) std::abort();
  chmod(path_.c_str(), 0755);
}
TemporaryDirectory::~TemporaryDirectory() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

EmbeddedPostgres& SharedCluster() {
  if (shared_cluster == nullptr) {
    shared_cluster = std::make_unique<Cluster>();
    EmbeddedPostgresOptions options;
    options.directory = shared_cluster->directory.path() + "/db";
    options.settings = {{"fsync", "off"}};  // what these tests store need not outlive the host
    auto postgres = EmbeddedPostgres::Start(options);
    if (!postgres.ok()) {
      ADD_FAILURE() << postgres.status();
      std::abort();
    }
    shared_cluster->postgres = *std::move(postgres);
  }
  return *shared_cluster->postgres;
}

absl::Time Hour(double hours) { return absl::FromUnixSeconds(1'372'636'800) + absl::Hours(hours); }

Digest IdOf(int number) { return Sha256(absl::StrCat("machine ", number)); }

v1::Outcome Outcome(v1::Outcome::Code code, const std::string& detail) {
  v1::Outcome outcome;
  outcome.set_code(code);
  outcome.set_detail(detail);
  return outcome;
}
v1::Outcome Ok() { return Outcome(v1::Outcome::OK, ""); }

ItemSet UpdateSet(const std::vector<std::string>& kbs) {
  std::vector<std::string> items;
  for (const std::string& kb : kbs) {
    v1::Update update;
    update.set_kb(kb);
    items.push_back(update.SerializeAsString());
  }
  return ItemSet(v1::UPDATES, std::move(items));
}

inventory::MachineReport Report(const Digest& machine, absl::Time at,
                                const std::vector<const ItemSet*>& sets) {
  inventory::MachineReport report;
  report.machine = machine;
  report.at = at;
  for (const ItemSet* set : sets) report.kinds.push_back({set->kind(), Ok(), set->digest()});
  return report;
}

v1::Verdict MakeVerdict(v1::Verdict::State state, const std::string& rule) {
  v1::Verdict verdict;
  verdict.set_rule(rule);
  verdict.set_state(state);
  return verdict;
}

void StoreTest::SetUp() {
  static int count = 0;
  const std::string name = absl::StrCat("test_", ++count);
  {
    pqxx::connection connection(SharedCluster().conninfo());
    pqxx::nontransaction(connection).exec("CREATE DATABASE " + name);
  }
  conninfo_ = SharedCluster().ConninfoFor(name);
  auto database = Database::Open({.conninfo = conninfo_});
  ASSERT_TRUE(database.ok()) << database.status();
  database_ = *std::move(database);
  store_ = std::make_unique<InventoryStore>(database_.get());
}

void StoreTest::Enroll(const std::vector<Digest>& machines) {
  pqxx::connection connection(conninfo_);
  pqxx::work transaction(connection);
  transaction.exec_params(
      "INSERT INTO machines (id, enrolled_at) SELECT unnest($1::bytea[]), $2::timestamptz",
      ByteaArray(machines).Bind(), TimeParam(Hour(-1)));
  transaction.commit();
}

void StoreTest::Execute(const std::string& sql) {
  pqxx::connection connection(conninfo_);
  pqxx::work transaction(connection);
  transaction.exec(sql);
  transaction.commit();
}

int64_t StoreTest::Number(const std::string& sql) {
  pqxx::connection connection(conninfo_);
  pqxx::work transaction(connection);
  return transaction.exec1(sql)[0].as<int64_t>();
}

absl::Status StoreTest::Apply(const std::function<absl::Status(inventory::Transaction&)>& work) {
  auto machines = store_->MachinesAfter(std::nullopt, 1'000'000);
  if (!machines.ok()) return machines.status();
  auto transaction = store_->Begin();
  if (!transaction.ok()) return transaction.status();
  if (auto locked = (*transaction)->LockMachines(*machines); !locked.ok()) return locked.status();
  if (absl::Status status = work(**transaction); !status.ok()) return status;
  return (*transaction)->Commit();
}

absl::Status StoreTest::PutSet(inventory::Transaction& transaction, const ItemSet& set) {
  if (absl::Status status = transaction.PutItems(set.kind(), set.items()); !status.ok()) {
    return status;
  }
  return transaction.PutSet(set.kind(), set.digest(), set.ItemDigests());
}

}  // namespace muster::store::testing
