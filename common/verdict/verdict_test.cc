#include "common/verdict/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <optional>

#include "common/proto_time.h"
#include "common/verdict/findings.h"

namespace muster::verdict {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint32_t kExpired = 0x800B0101;
constexpr char kBadName[] = "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat";

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}
const absl::Time kLapse = At("2013-06-26T21:37:17Z");
const absl::Time kBefore = At("2013-05-01T00:00:00Z");
const absl::Time kIncident = At("2013-07-01T07:04:27Z");
const absl::Time kAfter = At("2013-07-10T00:00:00Z");

std::shared_ptr<const RuleBook> Rules() {
  static const auto rules = RuleBook::Load(std::string(getenv("MUSTER_SOURCE_DIR")) + "/rules");
  EXPECT_TRUE(rules.ok()) << rules.status();
  return *rules;
}

std::string CatalogItem(const std::string& name, v1::Catalog::Result result,
                        std::optional<absl::Time> breaks_at = {}, uint32_t hresult = kExpired) {
  v1::Catalog catalog;
  catalog.set_path("Windows/servicing/Packages/" + name);
  catalog.set_result(result);
  catalog.set_failure_hresult(hresult);
  if (breaks_at) *catalog.mutable_breaks_at() = ToProto(*breaks_at);
  return catalog.SerializeAsString();
}

// A machine under construction: each part may be seen, seen in part, or not at all.
class Machine {
 public:
  Machine() {
    view_.incidents_outcome.set_code(v1::Outcome::OK);
    Set(v1::CATALOGS, {CatalogItem("Good.cat", v1::Catalog::VALID_TIMESTAMPED)});
    Set(v1::PACKAGES, {});
    Set(v1::UPDATES, {});
    Set(v1::FACTS, {});
  }

  Machine& Set(v1::SetKind kind, std::vector<std::string> items,
               v1::Outcome::Code code = v1::Outcome::OK) {
    MachineView::Kind& seen = view_.kinds[kind];
    seen.sets.clear();
    seen.outcome.set_code(code);
    return Add(kind, std::move(items));
  }
  // A second set beside the standing one.
  Machine& Add(v1::SetKind kind, std::vector<std::string> items) {
    view_.kinds[kind].sets.push_back(Examine(*Rules(), kind, ItemSet(kind, items).items()));
    return *this;
  }
  Machine& Outcome(v1::SetKind kind, v1::Outcome::Code code, const std::string& detail = "") {
    view_.kinds[kind].outcome.set_code(code);
    view_.kinds[kind].outcome.set_detail(detail);
    return *this;
  }
  Machine& Log(v1::Outcome::Code code) {
    view_.incidents_outcome.set_code(code);
    return *this;
  }
  Machine& Doomed(v1::Catalog::Result result = v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU) {
    return Set(v1::CATALOGS, {CatalogItem(kBadName, result, kLapse)});
  }
  Machine& Packages(std::vector<std::pair<std::string, v1::Package::State>> packages) {
    std::vector<std::string> items;
    for (const auto& [kb, state] : packages) {
      v1::Package package;
      package.set_identity("Package_for_" + kb);
      package.set_kb(kb);
      package.set_state(state);
      items.push_back(package.SerializeAsString());
    }
    return Set(v1::PACKAGES, items);
  }
  Machine& Remedied() { return Packages({{"KB2749655", v1::Package::INSTALLED}}); }
  Machine& Probe(const std::string& rows, const std::string& outcome = "OK") {
    std::vector<std::string> items;
    for (const auto& [name, value] :
         {std::pair("qfe.rows", rows), std::pair("qfe.outcome", outcome)}) {
      v1::Fact fact;
      fact.set_name(name);
      fact.set_value(value);
      items.push_back(fact.SerializeAsString());
    }
    return Set(v1::FACTS, items);
  }
  Machine& Record(v1::IncidentSignature signature, uint64_t count = 1) {
    view_.records.push_back({Sha256(signature.SerializeAsString()),
                             std::make_shared<v1::IncidentSignature>(signature), kIncident,
                             kIncident + absl::Hours(1), count});
    return *this;
  }
  Machine& CbsRecord(const std::string& file, uint32_t hresult = kExpired) {
    v1::IncidentSignature signature;
    signature.set_source(v1::IncidentSignature::CBS_LOG);
    signature.set_component("CBS");
    signature.set_message("Failed to verify if catalog file <path> is valid.");
    signature.set_hresult(hresult);
    signature.set_file("servicing/Packages/" + file);
    return Record(signature, 3);
  }
  Machine& CheckSur(const std::string& type) {
    v1::IncidentSignature signature;
    signature.set_source(v1::IncidentSignature::CHECKSUR_LOG);
    signature.set_component(type);
    signature.set_hresult(kExpired);
    signature.set_file("winsxs/Catalogs/0123.cat");
    return Record(signature);
  }

  v1::Verdict Judge(absl::Time at, const std::string& rule = "expired-catalog") const {
    for (const v1::Verdict& verdict : verdict::Judge(*Rules(), view_, at)) {
      if (verdict.rule() == rule) return verdict;
    }
    ADD_FAILURE() << "no verdict by " << rule;
    return {};
  }

 private:
  MachineView view_;
};

std::string EvidenceText(const v1::Verdict& verdict) {
  std::string text;
  for (const v1::Evidence& entry : verdict.evidence()) text += entry.summary() + "\n";
  return text;
}

// The table of docs/verdicts.md.
struct Row {
  const char* name;
  std::function<Machine()> machine;
  absl::Time at;
  v1::Verdict::State state;
};

class VerdictTable : public testing::TestWithParam<Row> {};

TEST_P(VerdictTable, GivesTheState) {
  const v1::Verdict verdict = GetParam().machine().Judge(GetParam().at);
  EXPECT_EQ(v1::Verdict::State_Name(verdict.state()), v1::Verdict::State_Name(GetParam().state))
      << verdict.DebugString();
  EXPECT_FALSE(verdict.explanation().empty());
  EXPECT_EQ(verdict.missing().empty(), verdict.state() != v1::Verdict::UNKNOWN);
  const bool found =
      verdict.state() != v1::Verdict::UNKNOWN && verdict.state() != v1::Verdict::CLEAN;
  EXPECT_EQ(verdict.evidence().empty(), !found);
}

using V = v1::Verdict;
using O = v1::Outcome;
const Row kRows[] = {
    {"CatalogHasLapsed", [] { return Machine().Doomed(); }, kAfter, V::AFFECTED},
    {"CatalogLapsesAtThatVeryInstant", [] { return Machine().Doomed(); }, kLapse, V::AFFECTED},
    {"CatalogWillLapse", [] { return Machine().Doomed(); }, kBefore, V::AT_RISK},
    {"CatalogWithoutTimestampWillLapse", [] { return Machine().Doomed(v1::Catalog::NO_TIMESTAMP); },
     kBefore, V::AT_RISK},
    {"CatalogLapsedAndRemedied", [] { return Machine().Doomed().Remedied(); }, kAfter, V::FIXED},
    {"CatalogDoomedAndRemedied", [] { return Machine().Doomed().Remedied(); }, kBefore, V::FIXED},
    {"RemedyDoesNotCureAMissingTimestamp",
     [] { return Machine().Doomed(v1::Catalog::NO_TIMESTAMP).Remedied(); }, kAfter, V::AFFECTED},
    {"RemedyOnlyStaged",
     [] {
       return Machine().Doomed().Packages({{"KB2749655", v1::Package::STAGED}});
     },
     kAfter, V::AFFECTED},
    {"RemedyPresentInAnImage",
     [] {
       return Machine().Doomed().Packages({{"KB2749655", v1::Package::PRESENT}});
     },
     kAfter, V::FIXED},
    {"RemedyKnownByNameAlone",
     [] {
       return Machine().Doomed().Packages({{"KB2749655", v1::Package::STATE_UNSPECIFIED}});
     },
     kAfter, V::AFFECTED},
    {"NoCatalogAtAll", [] { return Machine().Set(v1::CATALOGS, {}); }, kAfter, V::UNKNOWN},
    {"NoCatalogAndNoLog", [] { return Machine().Set(v1::CATALOGS, {}).Log(O::UNSUPPORTED); },
     kAfter, V::UNKNOWN},
    {"Healthy", [] { return Machine(); }, kAfter, V::CLEAN},
    {"HealthyAndRemedied", [] { return Machine().Remedied(); }, kAfter, V::CLEAN},
    {"LogSaysItOfAnUnseenCatalog", [] { return Machine().CbsRecord(kBadName); }, kAfter,
     V::AFFECTED},
    {"CheckSurSaysIt", [] { return Machine().CheckSur("CSI Catalog Expired"); }, kAfter,
     V::AFFECTED},
    {"LogAsOfBeforeTheIncident", [] { return Machine().CbsRecord(kBadName); }, kBefore, V::CLEAN},
    {"LogOfAnotherError", [] { return Machine().CbsRecord(kBadName, 0x80070002); }, kAfter,
     V::CLEAN},
    {"LogRefutedByItsCatalog", [] { return Machine().CbsRecord("GOOD.cat"); }, kAfter, V::CLEAN},
    {"LogRefutedByALiveProbe", [] { return Machine().CbsRecord(kBadName).Probe("214"); }, kAfter,
     V::CLEAN},
    {"LogNotRefutedByAFailedProbe",
     [] { return Machine().CbsRecord(kBadName).Probe("0", "FAILED"); }, kAfter, V::AFFECTED},
    {"LogNotRefutedByAnOldProbe",
     [] { return Machine().CbsRecord(kBadName).Probe("214").Outcome(v1::FACTS, O::FAILED); },
     kAfter, V::AFFECTED},
    {"LogOfTheTimeBeforeTheRemedy", [] { return Machine().CbsRecord(kBadName).Remedied(); }, kAfter,
     V::FIXED},
    {"LogAndCatalogRemedied",
     [] { return Machine().Doomed().CbsRecord(kBadName).Remedied().Probe("214"); }, kAfter,
     V::FIXED},
    {"ListBlind",
     [] {
       return Machine().Packages({{"KB1", v1::Package::INSTALLED}}).Probe("0");
     },
     kAfter, V::AFFECTED},
    {"ListBlindThoughRemedied", [] { return Machine().Remedied().Probe("0"); }, kAfter,
     V::AFFECTED},
    {"ListEmptyAndNothingInstalled",
     [] {
       return Machine().Packages({{"KB1", v1::Package::STAGED}}).Probe("0");
     },
     kAfter, V::CLEAN},
    {"ListEmptyAndPackagesUnread",
     [] { return Machine().Set(v1::PACKAGES, {}, O::DENIED).Probe("0"); }, kAfter, V::UNKNOWN},
    {"ProbeFailed", [] { return Machine().Probe("0", "FAILED"); }, kAfter, V::UNKNOWN},
    {"ProbeNotSupported", [] { return Machine().Probe("", "UNSUPPORTED"); }, kAfter, V::CLEAN},
    {"ProbeNumberMalformed", [] { return Machine().Probe("many"); }, kAfter, V::UNKNOWN},
    {"ImageWithoutFactsAndPackages",
     [] {
       return Machine().Set(v1::FACTS, {}, O::UNSUPPORTED).Set(v1::PACKAGES, {}, O::UNSUPPORTED);
     },
     kAfter, V::CLEAN},
    {"FactsFailed", [] { return Machine().Set(v1::FACTS, {}, O::FAILED); }, kAfter, V::CLEAN},
    {"FactsFailedWhereAListWasSeenBefore",
     [] { return Machine().Probe("214").Outcome(v1::FACTS, O::FAILED); }, kAfter, V::UNKNOWN},
    {"CatalogsDenied", [] { return Machine().Set(v1::CATALOGS, {}, O::DENIED); }, kAfter,
     V::UNKNOWN},
    {"CatalogsInPartAndOneLapsed",
     [] { return Machine().Doomed().Outcome(v1::CATALOGS, O::PARTIAL); }, kAfter, V::AFFECTED},
    {"CatalogsInPartAndRemedied",
     [] { return Machine().Doomed().Outcome(v1::CATALOGS, O::PARTIAL).Remedied(); }, kAfter,
     V::FIXED},
    {"CatalogsInPart", [] { return Machine().Outcome(v1::CATALOGS, O::PARTIAL); }, kAfter,
     V::UNKNOWN},
    {"CatalogItemUnreadable", [] { return Machine().Set(v1::CATALOGS, {"\xff\xff"}); }, kAfter,
     V::UNKNOWN},
    {"NoLogThere", [] { return Machine().Log(O::UNSUPPORTED); }, kAfter, V::CLEAN},
    {"LogInPart", [] { return Machine().Log(O::PARTIAL); }, kAfter, V::CLEAN},
    {"LogDenied", [] { return Machine().Log(O::DENIED); }, kAfter, V::UNKNOWN},
    {"LogFailed", [] { return Machine().Log(O::FAILED); }, kAfter, V::UNKNOWN},
    {"LogNotReportedYet", [] { return Machine().Log(O::CODE_UNSPECIFIED); }, kAfter, V::UNKNOWN},
};
INSTANTIATE_TEST_SUITE_P(, VerdictTable, testing::ValuesIn(kRows),
                         [](const auto& info) { return info.param.name; });

TEST(Verdict, SaysSinceWhenWhyAndWhatToDo) {
  const v1::Verdict verdict = Machine().Doomed().Judge(kAfter);
  EXPECT_EQ(FromProto(verdict.breaks_at()), kLapse);
  EXPECT_THAT(EvidenceText(verdict),
              AllOf(HasSubstr("1 servicing catalog fails to verify since 2013-06-26 21:37:17 UTC "
                              "(0x800B0101): Package_2_for_KB2705219."),
                    HasSubstr("KB2705219: the first release of MS12-054")));
  EXPECT_THAT(verdict.explanation(), HasSubstr("Remedy: KB2749655; then KB2705219"));
}

TEST(Verdict, RemediesAreThoseThatHelpHere) {
  EXPECT_THAT(Machine().Doomed().Judge(kAfter).remedies(), ElementsAre("KB2749655", "KB2705219"));
  const v1::Verdict no_timestamp =
      Machine()
          .Set(v1::CATALOGS, {CatalogItem("X.cat", v1::Catalog::NO_TIMESTAMP, kLapse)})
          .Judge(kAfter);
  EXPECT_THAT(no_timestamp.remedies(), ElementsAre());
  EXPECT_THAT(no_timestamp.explanation(), HasSubstr("No update is known that cures this"));
  const v1::Verdict beside_the_cure =
      Machine().Doomed(v1::Catalog::NO_TIMESTAMP).Remedied().Judge(kAfter);
  EXPECT_THAT(beside_the_cure.remedies(), ElementsAre("KB2705219"));
  EXPECT_THAT(Machine().CheckSur("CSI Catalog Expired").Judge(kAfter).remedies(),
              ElementsAre("KB2749655"));
  EXPECT_THAT(Machine().Judge(kAfter).remedies(), ElementsAre());
}

TEST(Verdict, FixedByAManifestSaysThatNothingElseWasAsked) {
  EXPECT_THAT(EvidenceText(
                  Machine().Doomed().Packages({{"KB2749655", v1::Package::PRESENT}}).Judge(kAfter)),
              AllOf(HasSubstr("KB2749655 has its package on the volume"),
                    HasSubstr("the registry, which knows whether it is installed, was not asked")));
}

TEST(Verdict, AtRiskSaysWhen) {
  const v1::Verdict verdict = Machine().Doomed().Judge(kBefore);
  EXPECT_EQ(FromProto(verdict.breaks_at()), kLapse);
  EXPECT_THAT(verdict.explanation(), HasSubstr("2013-06-26 21:37:17 UTC"));
}

TEST(Verdict, FixedTellsTheRemedyAndWhatItHolds) {
  const std::string text =
      EvidenceText(Machine().Doomed().CbsRecord(kBadName).Remedied().Judge(kAfter));
  EXPECT_THAT(text, AllOf(HasSubstr("KB2749655 is installed"),
                          HasSubstr("would fail to verify without the remedy"),
                          HasSubstr("3 log records")));
}

TEST(Verdict, ALogThatIsTheOnlyWitnessIsCalledThat) {
  EXPECT_THAT(EvidenceText(Machine().CbsRecord(kBadName).Judge(kAfter)),
              HasSubstr("The log is the only witness for 3 of them"));
  EXPECT_THAT(EvidenceText(Machine().Doomed().CbsRecord(kBadName).Judge(kAfter)),
              Not(HasSubstr("only witness")));
}

TEST(Verdict, BlindListCountsBothWitnesses) {
  const v1::Verdict verdict = Machine()
                                  .Packages({{"KB1", v1::Package::INSTALLED},
                                             {"KB2", v1::Package::PERMANENT},
                                             {"KB3", v1::Package::ABSENT},
                                             {"", v1::Package::INSTALLED}})
                                  .Probe("0")
                                  .Judge(kAfter);
  EXPECT_THAT(EvidenceText(verdict), HasSubstr("0 rows though servicing has 2 installed packages"));
  EXPECT_FALSE(verdict.has_breaks_at());
}

TEST(Verdict, StandingAndPartialSetsAreUnited) {
  const std::string bad = CatalogItem(kBadName, v1::Catalog::NO_TIMESTAMP, kLapse);
  const std::string other = CatalogItem("Other.cat", v1::Catalog::NO_TIMESTAMP, kLapse);
  const v1::Verdict verdict =
      Machine().Set(v1::CATALOGS, {bad}, O::PARTIAL).Add(v1::CATALOGS, {bad, other}).Judge(kAfter);
  ASSERT_EQ(verdict.evidence_size(), 1);
  EXPECT_EQ(verdict.evidence(0).count(), 2u);
}

TEST(Verdict, CountsAllAndNamesTwenty) {
  std::vector<std::string> items;
  for (int i = 0; i < 50; ++i) {
    items.push_back(CatalogItem(std::to_string(i) + ".cat", v1::Catalog::NO_TIMESTAMP, kLapse));
  }
  const v1::Verdict verdict = Machine().Set(v1::CATALOGS, items).Judge(kAfter);
  ASSERT_EQ(verdict.evidence_size(), 1);
  EXPECT_EQ(verdict.evidence(0).count(), 50u);
  EXPECT_EQ(verdict.evidence(0).items_size(), 20);
}

TEST(Verdict, UnknownSaysWhatWasMissing) {
  const v1::Verdict verdict =
      Machine().Outcome(v1::CATALOGS, O::PARTIAL, "2 files unreadable").Judge(kAfter);
  EXPECT_THAT(verdict.missing(),
              ElementsAre(AllOf(HasSubstr("servicing catalogs"), HasSubstr("2 files unreadable"))));
}

TEST(Verdict, AffectedSaysThatTheRemedyCouldNotBeSeen) {
  EXPECT_THAT(Machine().Doomed().Outcome(v1::PACKAGES, O::FAILED).Judge(kAfter).explanation(),
              HasSubstr("Whether the remedy is in place could not be seen"));
}

TEST(Verdict, CleanWithoutALogSaysSo) {
  EXPECT_THAT(Machine().Log(O::UNSUPPORTED).Judge(kAfter).explanation(), HasSubstr("the logs: "));
}

TEST(Verdict, BrokenCatalogIsAnotherRulesBusiness) {
  Machine machine;
  machine.Set(v1::CATALOGS, {CatalogItem("X.cat", v1::Catalog::SIGNATURE_BROKEN, {}, 0x80096010)});
  EXPECT_EQ(machine.Judge(kAfter).state(), V::CLEAN);
  const v1::Verdict broken = machine.Judge(kAfter, "broken-catalog");
  EXPECT_EQ(broken.state(), V::AFFECTED);
  EXPECT_FALSE(broken.has_breaks_at());
  EXPECT_THAT(EvidenceText(broken), HasSubstr("1 servicing catalog does not verify and never did"));
}

TEST(Verdict, NoSinceWhereACatalogNeverVerified) {
  const v1::Verdict verdict =
      Machine()
          .Set(v1::CATALOGS,
               {CatalogItem("Never.cat", v1::Catalog::TIMESTAMP_OUTSIDE_SIGNER_VALIDITY),
                CatalogItem(kBadName, v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU, kLapse)})
          .Judge(kAfter);
  EXPECT_EQ(verdict.state(), V::AFFECTED);
  EXPECT_FALSE(verdict.has_breaks_at());
  EXPECT_THAT(verdict.explanation(), Not(HasSubstr("since")));
}

TEST(Verdict, NamesAreCutNeitherWithinACharacterNorWithinAnEscape) {
  for (int padding = 0; padding < 4; ++padding) {
    for (const char* odd : {"\\xff", "\xE2\x82\xAC"}) {
      std::string name(padding, 'a');
      while (name.size() < 300) name += odd;
      const std::string shown = BaseName("Windows/winsxs/Catalogs/" + name);
      EXPECT_LE(shown.size(), 200u);
      EXPECT_GT(shown.size(), 195u);
      EXPECT_EQ((shown.size() - padding) % std::string(odd).size(), 0u) << shown;
    }
  }
}

TEST(Verdict, LongNamesThatDifferAtTheirEndAreTwo) {
  const std::string long_name(230, 'n');
  EXPECT_NE(NameKeyOf("a/" + long_name + "1.cat"), NameKeyOf("a/" + long_name + "2.cat"));
  EXPECT_NE(NameKeyOf("a/b\\xff.cat"), NameKeyOf("a/c\\xff.cat"));
  EXPECT_EQ(NameKeyOf("a/" + long_name + "1.cat"), NameKeyOf("b\\" + long_name + "1.CAT"));
}

TEST(Verdict, OnlyRecordsThatRulesAskForAreOfInterest) {
  v1::IncidentSignature signature;
  signature.set_source(v1::IncidentSignature::CBS_LOG);
  signature.set_message("failed to VERIFY if catalog file <path> is valid.");
  signature.set_hresult(kExpired);
  EXPECT_TRUE(IsOfInterest(*Rules(), signature));
  signature.set_hresult(0);
  EXPECT_FALSE(IsOfInterest(*Rules(), signature));
}

}  // namespace
}  // namespace muster::verdict
