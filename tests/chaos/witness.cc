#include "tests/chaos/witness.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "muster/v1/verdict.pb.h"

namespace muster::chaos {
namespace {

constexpr char kPicture[] = R"(
  SELECT c.state, w.number, w.state, w.waived, o.attempt, o.state, o.offered_at IS NOT NULL,
    o.relapsed_at IS NOT NULL, o.accepted
  FROM campaigns c JOIN campaign_waves w ON w.campaign_id = c.id
    LEFT JOIN orders o ON o.campaign_id = c.id AND o.wave = w.number
  WHERE c.id = $1 ORDER BY w.number, o.leaf)";
// FIXED is 4 among verdict states.
constexpr char kUnfixed[] = R"(
  SELECT m.name, coalesce(v.state, 0)
  FROM orders o JOIN machines m ON m.id = o.machine_id
    LEFT JOIN verdicts v ON v.machine_id = o.machine_id AND v.rule = o.rule AND v.valid_to IS NULL
  WHERE o.campaign_id = $1 AND o.state = 7 AND o.relapsed_at IS NULL AND v.state IS DISTINCT FROM 4
  ORDER BY m.name)";
constexpr char kByState[] =
    "SELECT state, count(*) FROM orders WHERE campaign_id = $1 GROUP BY state";

}  // namespace

void Witness::Complain(const std::string& what) {
  diary_.Note("BROKEN: " + what);
  std::printf("BROKEN: %s\n", what.c_str());
  std::fflush(stdout);
  absl::MutexLock lock(&mutex_);
  ++complaints_;
}

int64_t Witness::complaints() const {
  absl::MutexLock lock(&mutex_);
  return complaints_;
}

int64_t Witness::starts() const {
  absl::MutexLock lock(&mutex_);
  return starts_;
}

void Witness::Follow(const v1::Campaign& campaign, std::vector<Digest> targets) {
  campaign_ = campaign;
  id_ = std::string(absl::StripPrefix(campaign.name(), "campaigns/"));
  before_.reset();
  absl::MutexLock lock(&mutex_);
  targets_ = {targets.begin(), targets.end()};
}

void Witness::OnStart(const Digest& machine, int times) {
  bool is_target = false;
  {
    absl::MutexLock lock(&mutex_);
    ++starts_;
    is_target = targets_.contains(machine);
  }
  const std::string which = absl::StrCat("machine ", machine.ToHex().substr(0, 8));
  if (times != 1) Complain(absl::StrCat(which, " started an order's installer ", times, " times"));
  if (!is_target) Complain(absl::StrCat(which, " is no target, and started an installer"));
}

// One statement, so that it is one instant.
Picture Witness::Read() {
  if (connection_ == nullptr) connection_ = std::make_unique<pqxx::connection>(conninfo_);
  pqxx::read_transaction transaction(*connection_);
  Picture picture;
  for (const pqxx::row& row : transaction.exec_params(kPicture, id_)) {
    picture.state = static_cast<v1::Campaign::State>(row[0].as<int>());
    const int wave = row[1].as<int>();
    picture.waves.resize(static_cast<size_t>(wave));
    picture.waves.back() = {static_cast<v1::Wave::State>(row[2].as<int>()), row[3].as<bool>()};
    if (row[4].is_null()) continue;  // it has no orders
    picture.orders.push_back({wave, row[4].as<uint32_t>(),
                              static_cast<v1::OrderStatus::State>(row[5].as<int>()),
                              row[6].as<bool>(), row[7].as<bool>(), row[8].as<bool>()});
  }
  return picture;
}

void Witness::Compare(const Picture& now) {
  std::vector<std::string> breaches = Breaches(campaign_.spec(), now);
  if (before_) {
    for (std::string& breach : Breaches(campaign_.spec(), *before_, now)) {
      breaches.push_back(std::move(breach));
    }
  }
  size_t targets = 0;
  {
    absl::MutexLock lock(&mutex_);
    targets = targets_.size();
  }
  if (now.orders.size() != targets) {
    breaches.push_back(
        absl::StrCat("there are ", now.orders.size(), " orders for ", targets, " targets"));
  }
  for (const std::string& breach : breaches) {
    Complain(absl::StrCat(campaign_.name(), ": ", breach,
                          "\n  before: ", before_ ? Describe(*before_) : "not looked at",
                          "\n  now:    ", Describe(now)));
  }
}

std::optional<v1::Campaign::State> Witness::Look() {
  try {
    Picture now = Read();
    Compare(now);
    before_ = std::move(now);
    return before_->state;
  } catch (const std::exception& failure) {  // the database was killed
    if (connection_ != nullptr) diary_.Note(absl::StrCat("no look: ", failure.what()));
    connection_.reset();
    return std::nullopt;
  }
}

void Witness::Conclude(const v1::Campaign& told) {
  pqxx::connection connection(conninfo_);
  pqxx::read_transaction transaction(connection);
  for (const pqxx::row& row : transaction.exec_params(kUnfixed, id_)) {
    Complain(
        absl::StrCat(campaign_.name(), ": ", row[0].c_str(), " succeeded and is ",
                     v1::Verdict::State_Name(static_cast<v1::Verdict::State>(row[1].as<int>()))));
  }
  std::map<int, int64_t> rows;
  for (const pqxx::row& row : transaction.exec_params(kByState, id_)) {
    rows[row[0].as<int>()] = row[1].as<int64_t>();
  }
  const v1::OrderCounts& counts = told.counts();
  const std::pair<int, int64_t> said[] = {{1, counts.waiting() + counts.offline()},
                                          {2, counts.offered()},
                                          {3, counts.accepted()},
                                          {4, counts.running()},
                                          {5, counts.reboot_pending()},
                                          {6, counts.verifying()},
                                          {7, counts.succeeded()},
                                          {8, counts.failed()},
                                          {9, counts.refused()},
                                          {10, counts.expired()}};
  for (const auto& [state, count] : said) {
    if (rows[state] == count) continue;
    Complain(absl::StrCat(campaign_.name(), ": ", rows[state], " rows are ",
                          v1::OrderStatus::State_Name(static_cast<v1::OrderStatus::State>(state)),
                          ", and ", count, " are told"));
  }
}

}  // namespace muster::chaos
