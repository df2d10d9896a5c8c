#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/verdict/verdict.h"

namespace muster::verdict {
namespace {

using ::testing::HasSubstr;

constexpr char kBlind[] = "affected_when { update_list_blind { min_installed_packages: 1 } } ";

absl::StatusOr<std::shared_ptr<const RuleBook>> Parse(const std::string& text) {
  return RuleBook::Parse({{"test.textproto", text}});
}

struct BadRule {
  const char* name;
  std::string text;
  const char* complaint;
};

class BadRules : public testing::TestWithParam<BadRule> {};

TEST_P(BadRules, IsRejectedWithFileAndReason) {
  const auto rules = Parse(GetParam().text);
  ASSERT_FALSE(rules.ok());
  EXPECT_EQ(rules.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(rules.status().message()), HasSubstr("test.textproto"));
  EXPECT_THAT(std::string(rules.status().message()), HasSubstr(GetParam().complaint));
}

std::string With(const std::string& predicate) {
  return "id: 'a' affected_when { " + predicate + " }";
}

const BadRule kBadRules[] = {
    {"Syntax", "id: 'a'\naffected_when {", "2:"},
    {"UnknownField", "id: 'a'\nfoo: 1", "foo"},
    {"NoId", kBlind, "needs an id"},
    {"OddId", std::string("id: 'A b' ") + kBlind, "needs an id"},
    {"NoPredicate", "id: 'a'", "affected_when: a predicate is empty"},
    {"EmptyAnyOf", With("any_of {}"), "any_of names no predicate"},
    {"EmptyAllOf", With("all_of {}"), "all_of names no predicate"},
    {"EmptyWithin", With("any_of { predicates {} }"), "a predicate is empty"},
    {"NoKb", With("update_installed {}"), "names no KB"},
    {"OddKb", With("update_installed { kbs: '2705219' }"), "'2705219' is no KB"},
    {"FactWithoutValues", With("fact_is { name: 'x' }"), "names no value"},
    {"FactWithoutName", With("fact_is { values: 'x' }"), "without a name"},
    {"IncidentOfAnything", With("incident_seen { source: CBS_LOG }"), "incident_seen without"},
    {"BlindBelowOne", With("update_list_blind {}"), "at least 1"},
    {"NotOverAClock", With("not { catalog_fails {} }"), "have a clock"},
    {"NotOverAClockBelow", With("not { any_of { predicates { catalog_fails {} } } }"),
     "have a clock"},
    {"CuresWithoutRemedy", std::string("id: 'a' cures: NO_TIMESTAMP ") + kBlind,
     "no remedied_when"},
    {"OddKnownUpdate", std::string("id: 'a' known_updates { kb: 'x' } ") + kBlind, "'x' is no KB"},
};
INSTANTIATE_TEST_SUITE_P(, BadRules, testing::ValuesIn(kBadRules),
                         [](const auto& info) { return info.param.name; });

TEST(RuleBook, RejectsDeepNesting) {
  std::string text = "update_list_blind { min_installed_packages: 1 }";
  for (int i = 0; i < 1000; ++i) text = "not { " + text + " }";
  EXPECT_FALSE(Parse(With(text)).ok());
}

TEST(RuleBook, RejectsTwoRulesOfOneId) {
  const std::string text = std::string("id: 'a' ") + kBlind;
  const auto rules = RuleBook::Parse({{"one", text}, {"two", text}});
  EXPECT_THAT(std::string(rules.status().message()), HasSubstr("rule two: another rule"));
  EXPECT_FALSE(RuleBook::Parse({}).ok());
}

TEST(RuleBook, DigestIsOfWhatTheRulesSayNotOfHowTheyAreWritten) {
  const std::string a = std::string("id: 'a' ") + kBlind;
  const std::string b = std::string("id: 'b' ") + kBlind;
  const auto one = RuleBook::Parse({{"a", a}, {"b", b}});
  const auto other = RuleBook::Parse({{"x", "# note\n" + b}, {"y", a}});
  EXPECT_EQ((*one)->digest(), (*other)->digest());
  EXPECT_EQ((*one)->rules()[0].id(), "a");
  EXPECT_EQ((*other)->rules()[0].id(), "a");
  EXPECT_NE((*one)->digest(), (*RuleBook::Parse({{"a", a}}))->digest());
}

TEST(RuleBook, LoadNamesADirectoryThatIsNotThere) {
  const auto rules = RuleBook::Load("/nonexistent/rules");
  EXPECT_THAT(std::string(rules.status().message()), HasSubstr("/nonexistent/rules"));
}

TEST(RuleBook, AllOfNeedsEveryPartAndNotTurnsAround) {
  const auto rules =
      Parse(With("all_of { predicates { update_list_blind { min_installed_packages: 1 } } "
                 "predicates { not { fact_is { name: 'os.version' values: '6.1.7600' } } } }"));
  ASSERT_TRUE(rules.ok()) << rules.status();
  const auto facts = [&](const std::string& version) {
    std::vector<std::string> items;
    for (const auto& [name, value] : {std::pair<const char*, std::string>("os.version", version),
                                      {"qfe.rows", "0"},
                                      {"qfe.outcome", "OK"}}) {
      v1::Fact fact;
      fact.set_name(name);
      fact.set_value(value);
      items.push_back(fact.SerializeAsString());
    }
    v1::Package package;
    package.set_kb("KB1");
    package.set_state(v1::Package::INSTALLED);
    MachineView view;
    const auto add = [&](v1::SetKind kind, std::vector<std::string> set) {
      view.kinds[kind].outcome.set_code(v1::Outcome::OK);
      view.kinds[kind].sets = {Examine(**rules, kind, ItemSet(kind, set).items())};
    };
    add(v1::FACTS, items);
    add(v1::PACKAGES, {package.SerializeAsString()});
    return Judge(**rules, view, absl::UnixEpoch()).at(0).state();
  };
  EXPECT_EQ(facts("6.1.7601"), v1::Verdict::AFFECTED);
  EXPECT_EQ(facts("6.1.7600"), v1::Verdict::CLEAN);
}

}  // namespace
}  // namespace muster::verdict
