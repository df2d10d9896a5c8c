// How fast payloads go out: --payload-rate and --payload-site-rate, as machines measure them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/sync/grpc_stream.h"
#include "tests/integration/campaign_fixture.h"

namespace muster::integration {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;

class PayloadRateTest : public CampaignTest {
 protected:
  // A server with these limits and an update of 3 MB.
  void Limit(gateway::RateOptions rates) {
    StopServer();
    options_.gateway.payload_rates = rates;
    StartServer();
    // Signatures and the like stand behind the cabinet of real ones, too.
    std::string msu = GoodMsu();
    msu.resize(3 * kMegabyte, 'x');
    const grpc::Status uploaded = Upload("Windows6.1-KB2749655-x64.msu", msu, &payload_);
    ASSERT_TRUE(uploaded.ok()) << uploaded.error_message();
  }

  // All machines, so many at each site, fetch it at once. Bytes per second: of each site, from the
  // common beginning to its last machine's end, and under "" of all.
  std::map<std::string, double> Rates(const std::map<std::string, int>& sites) {
    struct Fetcher {
      std::string site;
      EnrolledMachine machine;
      uint64_t bytes = 0;
      absl::Time end;
    };
    std::vector<Fetcher> fetchers;
    for (const auto& [site, machines] : sites) {
      for (int i = 0; i < machines; ++i) {
        fetchers.push_back({site, Enrol(absl::StrCat(site, i)), 0, absl::InfinitePast()});
        ExecuteSql(
            absl::StrCat("UPDATE machines SET site = '", site, "' WHERE name = '", site, i, "'"));
      }
    }
    const absl::Time begin = absl::Now();
    std::vector<std::thread> threads;
    for (Fetcher& fetcher : fetchers) {
      threads.emplace_back([this, &fetcher] {
        const absl::Status fetched =
            sync::FetchPayload(fetcher.machine.address, payload_.payload().sha256(), 0,
                               absl::Minutes(1), [&fetcher](absl::string_view data) {
                                 fetcher.bytes += data.size();
                                 return absl::OkStatus();
                               });
        EXPECT_TRUE(fetched.ok()) << fetched;
        fetcher.end = absl::Now();
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::map<std::string, uint64_t> bytes;
    std::map<std::string, absl::Time> ends;
    for (const Fetcher& fetcher : fetchers) {
      EXPECT_EQ(fetcher.bytes, payload_.payload().size());
      for (const std::string& of : {std::string(), fetcher.site}) {
        bytes[of] += fetcher.bytes;
        absl::Time& end = ends.try_emplace(of, fetcher.end).first->second;
        end = std::max(end, fetcher.end);
      }
    }
    std::map<std::string, double> rates;
    for (const auto& [of, end] : ends) {
      rates[of] = static_cast<double>(bytes[of]) / absl::ToDoubleSeconds(end - begin);
      RecordProperty(absl::StrCat("bytes_per_second_", of), absl::StrCat(rates[of]));
    }
    return rates;
  }

  // At most 15 % above the limit; not far below it either, which leaves room for a busy computer.
  static void ExpectNear(double rate, double limit) {
    EXPECT_LE(rate, limit * 1.15);
    EXPECT_GE(rate, limit * 0.5);
  }
};

TEST_F(PayloadRateTest, AllTogetherStayWithinTheServersRate) {
  Limit({.total = 4 * kMegabyte});
  auto rates = Rates({{"Berlin", 2}, {"Wien", 2}});
  ExpectNear(rates[""], 4 * kMegabyte);
}

TEST_F(PayloadRateTest, ASiteStaysWithinItsRateAndLeavesOthersAlone) {
  Limit({.per_site = 2 * kMegabyte});
  auto rates = Rates({{"Berlin", 3}, {"Wien", 1}});
  ExpectNear(rates["Berlin"], 2 * kMegabyte);
  // By itself it is as fast as if Berlin's three did not wait in line.
  ExpectNear(rates["Wien"], 2 * kMegabyte);
}

TEST_F(PayloadRateTest, BothRatesHoldAtOnce) {
  Limit({.total = 3 * kMegabyte, .per_site = 2 * kMegabyte});
  auto rates = Rates({{"Berlin", 2}, {"Wien", 2}});
  ExpectNear(rates[""], 3 * kMegabyte);
  EXPECT_LE(rates["Berlin"], 2 * kMegabyte * 1.15);
  EXPECT_LE(rates["Wien"], 2 * kMegabyte * 1.15);
}

TEST_F(PayloadRateTest, WithoutLimitsNobodyWaits) {
  Limit({});
  EXPECT_GT(Rates({{"Berlin", 2}, {"Wien", 2}})[""], 8 * kMegabyte);
}

}  // namespace
}  // namespace muster::integration
