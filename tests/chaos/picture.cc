#include "tests/chaos/picture.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace muster::chaos {
namespace {

using Status = v1::OrderStatus;
using Order = Picture::Order;

bool IsFinal(const Order& order) { return order.state >= Status::SUCCEEDED; }
bool IsUnderWay(const Order& order) {
  return order.state >= Status::OFFERED && order.state <= Status::VERIFYING;
}
bool IsGood(const Order& order) { return order.state == Status::SUCCEEDED && !order.relapsed; }
bool IsBad(const Order& order) {
  const bool failed = order.state == Status::FAILED || order.state == Status::REFUSED;
  return (failed || order.relapsed) && !order.accepted;
}

// An end stays, but for a deadline that has passed: the truth may come after it.
bool WentBack(const Order& was, const Order& is) {
  if (is.attempt != was.attempt) return is.attempt < was.attempt;
  if (IsFinal(was)) return was.state == Status::FAILED ? !IsFinal(is) : is.state != was.state;
  return is.state < was.state;
}

std::string Named(size_t wave) { return absl::StrCat("wave ", wave + 1); }

// Orders of a wave of which `holds` is true of what they were and what they are.
template <typename Holds>
int64_t Count(const Picture& before, const Picture& now, size_t wave, Holds holds) {
  int64_t count = 0;
  for (size_t i = 0; i < now.orders.size(); ++i) {
    if (now.orders[i].wave != static_cast<int>(wave + 1)) continue;
    count += holds(before.orders[i], now.orders[i]);
  }
  return count;
}

void LookAtStart(const v1::CampaignSpec& spec, const Picture& before, const Picture& now,
                 size_t wave, std::vector<std::string>& breaches) {
  for (size_t i = 0; i < wave; ++i) {
    if (now.waves[i].state != v1::Wave::DONE) {
      breaches.push_back(absl::StrCat(Named(wave), " began while ", Named(i), " was ",
                                      v1::Wave::State_Name(now.waves[i].state)));
    }
    if (now.waves[i].waived) continue;
    // At its best: with all that succeeded by now, or had before.
    const int64_t good = Count(before, now, i, [](const Order& was, const Order& is) {
      return IsGood(was) || IsGood(is);
    });
    const int64_t bad = Count(
        before, now, i, [](const Order& was, const Order& is) { return IsBad(was) && IsBad(is); });
    const int64_t needed = spec.waves(static_cast<int>(i)).success_percent();
    if (good * 100 < needed * (good + bad)) {
      breaches.push_back(absl::StrCat(Named(wave), " began while at most ", good, " of ",
                                      good + bad, " had succeeded in ", Named(i),
                                      ", the threshold is ", needed, " %"));
    }
  }
}

}  // namespace

std::string Describe(const Picture& picture) {
  std::string text = v1::Campaign::State_Name(picture.state);
  for (size_t i = 0; i < picture.waves.size(); ++i) {
    std::map<std::string, int> counts;
    for (const Order& order : picture.orders) {
      if (order.wave != static_cast<int>(i + 1)) continue;
      ++counts[absl::StrCat(Status::State_Name(order.state),
                            order.attempt > 1 ? absl::StrCat("#", order.attempt) : "",
                            order.relapsed ? " relapsed" : "", order.accepted ? " accepted" : "")];
    }
    absl::StrAppend(&text, "; ", Named(i), " ", v1::Wave::State_Name(picture.waves[i].state),
                    picture.waves[i].waived ? " waived: " : ": ",
                    absl::StrJoin(counts, ", ", [](std::string* out, const auto& count) {
                      absl::StrAppend(out, count.second, " ", count.first);
                    }));
  }
  return text;
}

std::vector<std::string> Breaches(const v1::CampaignSpec& spec, const Picture& now) {
  std::vector<std::string> breaches;
  for (size_t i = 0; i < now.waves.size(); ++i) {
    const int64_t most = spec.waves(static_cast<int>(i)).concurrency();
    const int64_t under_way =
        Count(now, now, i, [](const Order&, const Order& is) { return IsUnderWay(is); });
    if (under_way > most) {
      breaches.push_back(
          absl::StrCat(Named(i), " has ", under_way, " under way, at most ", most, " may be"));
    }
    const int64_t offered =
        Count(now, now, i, [](const Order&, const Order& is) { return is.offered; });
    if (now.waves[i].state == v1::Wave::PENDING && offered > 0) {
      breaches.push_back(absl::StrCat(Named(i), " had ", offered, " offered before it began"));
    }
    const int64_t open =
        Count(now, now, i, [](const Order&, const Order& is) { return !IsFinal(is); });
    if (now.state == v1::Campaign::COMPLETED && open > 0) {
      breaches.push_back(absl::StrCat("it is complete, with ", open, " open in ", Named(i)));
    }
  }
  return breaches;
}

std::vector<std::string> Breaches(const v1::CampaignSpec& spec, const Picture& before,
                                  const Picture& now) {
  std::vector<std::string> breaches;
  if (before.waves.size() != now.waves.size() || before.orders.size() != now.orders.size()) {
    return {absl::StrCat(before.orders.size(), " orders in ", before.waves.size(),
                         " waves have become ", now.orders.size(), " in ", now.waves.size())};
  }
  const bool paused = before.state == v1::Campaign::PAUSED && now.state == v1::Campaign::PAUSED;
  for (size_t i = 0; i < now.waves.size(); ++i) {
    const v1::Wave::State was = before.waves[i].state, is = now.waves[i].state;
    const int64_t back = Count(before, now, i, WentBack);
    if (back > 0) breaches.push_back(absl::StrCat(back, " orders of ", Named(i), " went back"));
    const int64_t offered = Count(before, now, i, [](const Order& was, const Order& is) {
      return is.attempt > was.attempt || (is.offered && !was.offered);
    });
    if (paused && offered > 0) {
      breaches.push_back(absl::StrCat(Named(i), " had ", offered, " offered while it was paused"));
    }
    if (paused && is != was) breaches.push_back(Named(i) + " went on while it was paused");
    // Who was offline and has come back since is served, and not waited for.
    const int64_t left = Count(before, now, i, [](const Order& was, const Order& is) {
      return IsUnderWay(was) && IsUnderWay(is) && was.attempt == is.attempt;
    });
    if (was == v1::Wave::ACTIVE && is != v1::Wave::ACTIVE && left > 0) {
      breaches.push_back(absl::StrCat(Named(i), " ended with ", left, " under way"));
    }
    if (was == v1::Wave::PENDING && is != v1::Wave::PENDING) {
      LookAtStart(spec, before, now, i, breaches);
    }
  }
  return breaches;
}

}  // namespace muster::chaos
