#include "tests/chaos/witness.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "muster/v1/verdict.pb.h"

namespace muster::chaos {
namespace {

constexpr char kPicture[] = R"(
  SELECT c.state, w.state, w.waived, count(*),
    count(*) FILTER (WHERE o.state = 7), count(*) FILTER (WHERE o.relapsed_at IS NOT NULL),
    count(*) FILTER (WHERE o.state IN (8, 9) OR (o.state = 7 AND o.relapsed_at IS NOT NULL)),
    count(*) FILTER (WHERE o.accepted), count(*) FILTER (WHERE o.state BETWEEN 2 AND 6),
    count(o.offered_at), coalesce(sum(o.attempt), 0)
  FROM campaigns c JOIN campaign_waves w ON w.campaign_id = c.id
    LEFT JOIN orders o ON o.campaign_id = c.id AND o.wave = w.number
  WHERE c.id = $1 GROUP BY c.state, w.number, w.state, w.waived ORDER BY w.number)";
// FIXED is 4 among verdict states.
constexpr char kUnfixed[] = R"(
  SELECT count(*) FROM orders o LEFT JOIN verdicts v
    ON v.machine_id = o.machine_id AND v.rule = o.rule AND v.valid_to IS NULL
  WHERE o.campaign_id = $1 AND o.state = 7 AND o.relapsed_at IS NULL AND v.state IS DISTINCT FROM 4)";
constexpr char kByState[] =
    "SELECT state, count(*) FROM orders WHERE campaign_id = $1 GROUP BY state";

}  // namespace

void Witness::Complain(const std::string& what) {
  std::printf("BROKEN: %s\n", what.c_str());
  absl::MutexLock lock(&mutex_);
  complaints_.push_back(what);
}

std::vector<std::string> Witness::complaints() const {
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
  const std::string which = machine.ToHex().substr(0, 8);
  if (times != 1) Complain(absl::StrCat(which, " started an order's installer ", times, " times"));
  if (!is_target) Complain(absl::StrCat(which, " is no target, and started an installer"));
}

Witness::Picture Witness::Read() {
  if (connection_ == nullptr) connection_ = std::make_unique<pqxx::connection>(conninfo_);
  pqxx::read_transaction transaction(*connection_);
  Picture picture;
  for (const pqxx::row& row : transaction.exec_params(kPicture, id_)) {
    picture.state = static_cast<v1::Campaign::State>(row[0].as<int>());
    Wave& wave = picture.waves.emplace_back();
    wave.state = row[1].as<int>();
    wave.waived = row[2].as<bool>();
    int64_t* const counts[] = {&wave.orders,   &wave.succeeded, &wave.relapsed, &wave.bad,
                               &wave.accepted, &wave.under_way, &wave.offered,  &wave.attempts};
    for (int i = 0; i < 8; ++i) *counts[i] = row[3 + i].as<int64_t>();
  }
  return picture;
}

void Witness::Compare(const Picture& now) {
  int64_t orders = 0;
  for (size_t i = 0; i < now.waves.size(); ++i) {
    const Wave& wave = now.waves[i];
    const v1::WavePolicy& policy = campaign_.spec().waves(static_cast<int>(i));
    orders += wave.orders;
    const std::string which = absl::StrCat(campaign_.name(), " wave ", i + 1, ": ");
    if (wave.under_way > policy.concurrency()) {
      Complain(absl::StrCat(which, wave.under_way, " under way, at most ", policy.concurrency()));
    }
    if (wave.state == v1::Wave::PENDING && wave.offered > 0) {
      Complain(absl::StrCat(which, wave.offered, " offered before it began"));
    }
    if (!before_) continue;
    const Wave& was = before_->waves[i];
    const bool paused = before_->state == v1::Campaign::PAUSED && now.state == before_->state;
    if (paused && (wave.offered > was.offered || wave.attempts > was.attempts)) {
      Complain(absl::StrCat(which, "offered while it was paused"));
    }
    if (i == 0 || was.state != v1::Wave::PENDING || wave.state == v1::Wave::PENDING) continue;
    const Wave& prior = now.waves[i - 1];
    const int64_t good = prior.succeeded - prior.relapsed;
    const int64_t reported = good + prior.bad - prior.accepted;
    // A result may have come between the start of this wave and this look: one look's worth.
    const Wave& then = before_->waves[i - 1];
    const int64_t before_good = then.succeeded - then.relapsed;
    const int64_t before_reported = before_good + then.bad - then.accepted;
    const int64_t needed = campaign_.spec().waves(static_cast<int>(i) - 1).success_percent();
    if (!prior.waived && good * 100 < needed * reported &&
        before_good * 100 < needed * before_reported) {
      Complain(absl::StrCat(which, "began while ", good, " of ", reported,
                            " had succeeded in the wave before"));
    }
    if (!prior.waived && prior.under_way > 0 && then.under_way > 0) {
      Complain(absl::StrCat(which, "began with ", prior.under_way, " under way in the wave before"));
    }
    if (prior.state != v1::Wave::DONE) {
      Complain(absl::StrCat(which, "began while the wave before was not done"));
    }
  }
  absl::MutexLock lock(&mutex_);
  if (orders != static_cast<int64_t>(targets_.size())) {
    complaints_.push_back(absl::StrCat(campaign_.name(), " has ", orders, " orders for ",
                                       targets_.size(), " targets"));
  }
}

std::optional<v1::Campaign::State> Witness::Look() {
  try {
    Picture now = Read();
    Compare(now);
    before_ = std::move(now);
    return before_->state;
  } catch (const std::exception&) {
    connection_.reset();  // the database was killed
    return std::nullopt;
  }
}

void Witness::Conclude(const v1::Campaign& told) {
  pqxx::connection connection(conninfo_);
  pqxx::read_transaction transaction(connection);
  const auto unfixed = transaction.exec_params1(kUnfixed, id_)[0].as<int64_t>();
  if (unfixed > 0) {
    Complain(absl::StrCat(campaign_.name(), ": ", unfixed, " succeeded and are not FIXED"));
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
