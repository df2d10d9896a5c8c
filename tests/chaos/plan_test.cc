#include "tests/chaos/plan.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"

namespace muster::chaos {
namespace {

std::string Told(uint64_t seed) {
  Plan plan(seed, 2, 60);
  std::string text;
  for (int i = 0; i < 200; ++i) {
    const Strike strike = plan.Next();
    absl::StrAppend(&text, absl::FormatDuration(strike.wait), " ", static_cast<int>(strike.kind),
                    " ", strike.which, " ", absl::FormatDuration(strike.length), "\n");
  }
  return text;
}

TEST(PlanTest, TheSeedSaysWhatIsStruck) {
  EXPECT_EQ(Told(3), Told(3));
  EXPECT_NE(Told(3), Told(4));
}

TEST(PlanTest, StrikesEverything) {
  Plan plan(1, 2, 60);
  std::map<Strike::Kind, std::map<int, int>> struck;
  for (int i = 0; i < 2'000; ++i) {
    const Strike strike = plan.Next();
    ++struck[strike.kind][strike.which];
  }
  EXPECT_EQ(struck.size(), 5u);
  EXPECT_EQ(struck[Strike::Kind::kServer].size(), 2u);
  EXPECT_EQ(struck[Strike::Kind::kAgent].size(), 60u);
}

}  // namespace
}  // namespace muster::chaos
