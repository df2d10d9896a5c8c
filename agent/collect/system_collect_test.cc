// Collecting from a running system: what its answers become, and what becomes of bad ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "agent/collect/collect.h"
#include "agent/collect/failed_updates.h"
#include "agent/collect/setup_events.h"
#include "agent/host/fake/fake_host.h"
#include "agent/host/fake/fake_system.h"
#include "agent/host/fake/recorded_answers.h"
#include "common/proto_time.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/package_files.h"

namespace muster::collect {
namespace {

using host::AnswerCode;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kPackages[] = "Windows/servicing/Packages/";
constexpr char kPackage[] = "Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";

host::Answer<host::TrustVerdict> Trust(uint32_t hresult) {
  host::Answer<host::TrustVerdict> answer;
  answer.value.hresult = hresult;
  return answer;
}

class SystemCollectTest : public ::testing::Test {
 protected:
  SystemCollectTest() {
    host_.MakeDirectory("Windows/servicing/Packages");
    host_.MakeDirectory("Windows/Logs/CBS");
    system_.SetUpdateRows(host::HealthyUpdateRows());
    system_.SetWmiProbe(host::HealthyWmiProbe());
    system_.SetCbsPackages(host::HealthyCbsPackages());
    system_.SetUpdateHistory(host::RecordedUpdateHistory());
    system_.SetFacts(host::Windows7Facts());
  }

  Collection Collected() { return Collect(host_, &system_, nullptr); }

  template <typename Message>
  std::vector<Message> Items(const Collection& collection, v1::SetKind kind) {
    std::vector<Message> messages;
    for (const Item& item : collection.sets.at(kind).set->items()) {
      EXPECT_TRUE(messages.emplace_back().ParseFromString(item.bytes));
    }
    return messages;
  }
  std::map<std::string, std::string> FactsOf(const Collection& collection) {
    std::map<std::string, std::string> facts;
    for (const v1::Fact& fact : Items<v1::Fact>(collection, v1::FACTS)) {
      facts[fact.name()] = fact.value();
    }
    return facts;
  }
  std::map<std::string, v1::Package::State> StatesOf(const Collection& collection) {
    std::map<std::string, v1::Package::State> states;
    for (const v1::Package& package : Items<v1::Package>(collection, v1::PACKAGES)) {
      states[package.identity().substr(0, package.identity().find('~'))] = package.state();
    }
    return states;
  }
  const v1::Outcome& OutcomeOfKind(const Collection& collection, v1::SetKind kind) {
    return collection.sets.at(kind).outcome;
  }
  void AddCatalog(const std::string& name, const testdata::CatalogSpec& spec = {}) {
    host_.Write(kPackages + name, testdata::MakeCatalog(testdata::Authority::OfProcess(), spec));
  }

  host::FakeHost host_;
  host::FakeSystem system_;
};

TEST_F(SystemCollectTest, UpdatesAreThoseOfTheListWithoutWhatDiffersByMachine) {
  const Collection collection = Collected();
  EXPECT_EQ(OutcomeOfKind(collection, v1::UPDATES).code(), v1::Outcome::OK);
  std::vector<std::string> kbs;
  for (const v1::Update& update : Items<v1::Update>(collection, v1::UPDATES)) {
    EXPECT_EQ(update.source(), v1::Update::QFE);
    kbs.push_back(update.kb());
  }
  EXPECT_THAT(kbs,
              UnorderedElementsAre("KB2849697", "KB2705219", "KB2534111", "KB976932", "KB2533623"));
  std::map<std::string, absl::Time> dates;
  for (const v1::InstallDate& date : collection.install_dates) {
    dates[date.kb()] = FromProto(date.installed_on());
  }
  EXPECT_EQ(dates.at("KB2849697"),
            absl::FromCivil(absl::CivilDay(2017, 3, 2), absl::UTCTimeZone()));
  EXPECT_THAT(dates, Not(Contains(Key("KB2534111"))));  // of an image: no day
}

TEST_F(SystemCollectTest, PackagesHaveTheStatesOfTheRegistry) {
  testdata::PackageSpec present;
  present.name = "Package_for_KB2705219";
  present.kb = 2705219;
  present.version = "6.1.1.1";
  host_.Write(absl::StrCat(kPackages, kPackage, ".mum"), testdata::ManifestText(present));
  const Collection collection = Collected();
  EXPECT_THAT(StatesOf(collection),
              UnorderedElementsAre(Pair("Package_for_KB2705219", v1::Package::INSTALLED),
                                   Pair("Package_1_for_KB2705219", v1::Package::INSTALLED),
                                   Pair("Package_for_KB2849697", v1::Package::INSTALLED),
                                   Pair("Package_for_KB2731847", v1::Package::SUPERSEDED),
                                   Pair("Package_for_KB2534111", v1::Package::STAGED)));
  EXPECT_EQ(OutcomeOfKind(collection, v1::PACKAGES).code(), v1::Outcome::OK);
  EXPECT_THAT(OutcomeOfKind(collection, v1::PACKAGES).detail(),
              HasSubstr("4 packages of the registry lack a manifest"));
}

TEST_F(SystemCollectTest, AManifestThatTheRegistryDoesNotKnowIsPresentAndTold) {
  testdata::PackageSpec spec;
  spec.name = "Package_for_KB1";
  spec.kb = 1;
  host_.Write(absl::StrCat(kPackages, testdata::IdentityText(spec.name, spec.version), ".mum"),
              testdata::ManifestText(spec));
  const Collection collection = Collected();
  EXPECT_EQ(StatesOf(collection).at("Package_for_KB1"), v1::Package::PRESENT);
  EXPECT_THAT(OutcomeOfKind(collection, v1::PACKAGES).detail(),
              HasSubstr("1 manifests are of packages that the registry does not know"));
}

TEST_F(SystemCollectTest, AnEmptyListBesideInstalledPackagesIsTheIncidentsSymptom) {
  system_.SetUpdateRows(host::BlindedUpdateRows());
  const Collection collection = Collected();
  const v1::Outcome& outcome = OutcomeOfKind(collection, v1::UPDATES);
  EXPECT_EQ(outcome.code(), v1::Outcome::OK);  // an answer, not a failure
  EXPECT_THAT(outcome.detail(),
              AllOf(HasSubstr("gives 0 rows"), HasSubstr("3 installed packages of 2 updates")));
  const auto facts = FactsOf(collection);
  EXPECT_EQ(facts.at("qfe.outcome"), "OK");
  EXPECT_EQ(facts.at("qfe.rows"), "0");
  EXPECT_EQ(facts.at("wmi.outcome"), "OK");
  EXPECT_EQ(facts.at("witnesses.installed_packages"), "3");
  EXPECT_EQ(facts.at("witnesses.only_in_servicing"), "2");
}

TEST_F(SystemCollectTest, BrokenWmiIsNotABlindList) {
  system_.SetUpdateRows(host::Failed<std::vector<host::UpdateRow>>(host::kWbemEInvalidClass));
  system_.SetWmiProbe(host::Failed<host::WmiProbe>(host::kEFail));
  const Collection collection = Collected();
  const v1::Outcome& outcome = OutcomeOfKind(collection, v1::UPDATES);
  EXPECT_EQ(outcome.code(), v1::Outcome::FAILED);
  EXPECT_EQ(outcome.hresult(), host::kWbemEInvalidClass);
  const auto facts = FactsOf(collection);
  EXPECT_EQ(facts.at("qfe.outcome"), "FAILED");
  EXPECT_EQ(facts.at("qfe.hresult"), "0x80041010");
  EXPECT_EQ(facts.at("wmi.outcome"), "FAILED");
  EXPECT_THAT(facts, Not(Contains(Key("qfe.rows"))));
  EXPECT_THAT(facts, Not(Contains(Key("witnesses.only_in_servicing"))));
}

TEST_F(SystemCollectTest, HalfOfTheRowsIsNeverTheWholeList) {
  system_.SetUpdateRows(host::HalfOfUpdateRows());
  const Collection collection = Collected();
  EXPECT_EQ(OutcomeOfKind(collection, v1::UPDATES).code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(Items<v1::Update>(collection, v1::UPDATES), Not(IsEmpty()));
  EXPECT_EQ(FactsOf(collection).at("qfe.outcome"), "PARTIAL");
}

TEST_F(SystemCollectTest, ASystemWhereEverythingHangsStillGivesAWholeAnswer) {
  AddCatalog("a.cat");
  system_.SetUpdateRows(host::TimedOut<std::vector<host::UpdateRow>>());
  system_.SetWmiProbe(host::TimedOut<host::WmiProbe>());
  system_.SetCbsPackages(host::TimedOut<host::CbsPackageKeys>());
  system_.SetUpdateHistory(host::TimedOut<std::vector<host::UpdateHistoryRow>>());
  system_.SetFacts(host::TimedOut<host::MachineFacts>());
  system_.SetTrust(std::string(kPackages) + "a.cat", host::TimedOut<host::TrustVerdict>());
  system_.FailSetupEvents(AnswerCode::kTimedOut, host::kErrorTimeout);
  const Collection collection = Collected();
  EXPECT_EQ(OutcomeOfKind(collection, v1::UPDATES).code(), v1::Outcome::FAILED);
  EXPECT_EQ(OutcomeOfKind(collection, v1::UPDATES).hresult(), host::kErrorTimeout);
  EXPECT_EQ(OutcomeOfKind(collection, v1::PACKAGES).code(), v1::Outcome::PARTIAL);
  EXPECT_EQ(OutcomeOfKind(collection, v1::PACKAGES).hresult(), host::kErrorTimeout);
  EXPECT_EQ(OutcomeOfKind(collection, v1::CATALOGS).code(), v1::Outcome::OK);
  EXPECT_EQ(OutcomeOfKind(collection, v1::FACTS).code(), v1::Outcome::PARTIAL);
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::PARTIAL);
  EXPECT_EQ(FactsOf(collection).at("update_history.outcome"), "FAILED");
}

TEST_F(SystemCollectTest, RefusedAccessIsToldAsSuch) {
  system_.SetUpdateRows(host::Denied<std::vector<host::UpdateRow>>(host::kWbemEAccessDenied));
  system_.SetCbsPackages(host::Denied<host::CbsPackageKeys>(host::kEAccessDenied));
  system_.SetFacts(host::Denied<host::MachineFacts>(host::kEAccessDenied));
  const Collection collection = Collected();
  EXPECT_EQ(OutcomeOfKind(collection, v1::UPDATES).code(), v1::Outcome::DENIED);
  EXPECT_NE(OutcomeOfKind(collection, v1::PACKAGES).code(), v1::Outcome::OK);
  EXPECT_THAT(OutcomeOfKind(collection, v1::PACKAGES).detail(), HasSubstr("Access was refused"));
  EXPECT_NE(OutcomeOfKind(collection, v1::FACTS).code(), v1::Outcome::OK);
}

TEST_F(SystemCollectTest, ValuesOfWrongTypesSpoilTheirPackageAlone) {
  system_.SetCbsPackages(host::WrongTypedCbsPackages());
  const Collection collection = Collected();
  EXPECT_THAT(StatesOf(collection),
              UnorderedElementsAre(Pair("Package_for_KB2705219", v1::Package::STATE_UNSPECIFIED),
                                   Pair("Package_for_KB2849697", v1::Package::INSTALLED)));
  EXPECT_EQ(OutcomeOfKind(collection, v1::PACKAGES).code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(OutcomeOfKind(collection, v1::PACKAGES).detail(), HasSubstr("CurrentState"));
}

TEST_F(SystemCollectTest, TellsWhereWindowsAndMusterDisagreeOnACatalog) {
  AddCatalog("good.cat");
  AddCatalog("untrusted.cat");
  system_.SetTrust(std::string(kPackages) + "good.cat", Trust(0));
  system_.SetTrust(std::string(kPackages) + "untrusted.cat", Trust(0x800B0109));
  const auto facts = FactsOf(Collected());
  EXPECT_EQ(facts.at("trust.asked"), "2");
  EXPECT_EQ(facts.at("trust.refused"), "1");
  EXPECT_EQ(facts.at("trust.disagreements"), "1");
  EXPECT_EQ(facts.at("trust.disagreement.untrusted.cat"), "Windows 0x800B0109, Muster 0x00000000");
}

TEST_F(SystemCollectTest, ACureThatOnlyWindowsKnowsShowsAsADisagreement) {
  testdata::CatalogSpec ended;
  ended.timestamp = testdata::CatalogSpec::Timestamp::kNone;
  AddCatalog("ended.cat", ended);
  system_.SetTrust(std::string(kPackages) + "ended.cat", Trust(0));
  const auto facts = FactsOf(Collected());
  EXPECT_EQ(facts.at("trust.refused"), "0");
  EXPECT_EQ(facts.at("trust.disagreement.ended.cat"), "Windows 0x00000000, Muster 0x800B0101");
}

TEST_F(SystemCollectTest, GivesUpOnCatalogsThatHang) {
  for (int i = 0; i < 10; ++i) {
    const std::string name = absl::StrCat(i, ".cat");
    testdata::CatalogSpec spec;
    AddCatalog(name, spec);
    system_.SetTrust(kPackages + name, host::TimedOut<host::TrustVerdict>());
  }
  const Collection collection = Collected();
  EXPECT_EQ(FactsOf(collection).at("trust.asked"), "0");
  EXPECT_THAT(OutcomeOfKind(collection, v1::FACTS).detail(),
              HasSubstr("Windows was not asked about 10 catalogs"));
}

TEST_F(SystemCollectTest, WindowsIsNotAskedTwiceAboutTheSameCatalog) {
  AddCatalog("a.cat");
  system_.SetTrust(std::string(kPackages) + "a.cat", Trust(0));
  CatalogTrust trust;
  Collect(host_, &system_, nullptr, &trust);
  system_.SetTrust(std::string(kPackages) + "a.cat", Trust(0x800B0100));
  const auto second = FactsOf(Collect(host_, &system_, nullptr, &trust));
  EXPECT_EQ(second.at("trust.refused"), "0");
  testdata::CatalogSpec other;
  other.digest = "sha256";
  AddCatalog("a.cat", other);
  const auto changed = FactsOf(Collect(host_, &system_, nullptr, &trust));
  EXPECT_EQ(changed.at("trust.refused"), "1");
}

TEST_F(SystemCollectTest, TheClockChangesNoItem) {
  AddCatalog("a.cat");
  system_.SetTrust(std::string(kPackages) + "a.cat", Trust(0));
  const auto digests = [&](absl::Duration shift) {
    auto facts = host::Windows7Facts();
    facts.value.clock->now += shift;
    system_.SetFacts(facts);
    const Collection collection = Collected();
    std::vector<std::string> result;
    for (const auto& [kind, collected] : collection.sets) {
      result.push_back(collected.set->digest().ToHex());
    }
    return result;
  };
  const auto today = digests(absl::ZeroDuration());
  EXPECT_EQ(digests(-absl::Hours(24 * 365 * 3)), today);
  EXPECT_EQ(digests(absl::Hours(24 * 365 * 3)), today);
}

TEST_F(SystemCollectTest, ClonesShareEverySet) {
  const Collection first = Collected();
  auto facts = host::Windows7Facts();
  facts.value.computer_name = "OTHER";
  facts.value.smbios_uuid = "4c4c4544-0042-4a10-8052-b4c04f564231";
  facts.value.clock->since_boot += absl::Hours(5);
  system_.SetFacts(facts);
  const Collection second = Collected();
  for (const auto& [kind, collected] : first.sets) {
    EXPECT_EQ(collected.set->digest(), second.sets.at(kind).set->digest()) << kind;
  }
  EXPECT_NE(first.attributes.name(), second.attributes.name());
}

TEST_F(SystemCollectTest, TheMachineSaysWhoItIs) {
  const Collection collection = Collected();
  EXPECT_EQ(collection.attributes.os(), "Windows 7 SP1");
  EXPECT_EQ(collection.attributes.os_version(), "6.1.7601");
  EXPECT_EQ(collection.attributes.architecture(), "amd64");
  EXPECT_THAT(collection.attributes.name(), Not(IsEmpty()));
  EXPECT_THAT(collection.attributes.domain(), Not(IsEmpty()));
  EXPECT_THAT(FactsOf(collection), Contains(Pair("os.product", "Windows 7 SP1")));
}

TEST_F(SystemCollectTest, FailuresOfEventsAndHistoryAreIncidents) {
  system_.AddSetupEvent(
      host::FailedInstallEvent("KB2705219", 0x800B0101, absl::FromUnixSeconds(1'372'837'065)));
  const Collection collection = Collected();
  std::map<v1::IncidentSignature::Source, v1::Incident> by_source;
  for (const v1::Incident& incident : collection.incidents) {
    by_source[incident.signature().source()] = incident;
  }
  const v1::Incident& event = by_source[v1::IncidentSignature::SETUP_EVENT];
  EXPECT_EQ(event.signature().hresult(), 0x800B0101);
  EXPECT_EQ(event.signature().package(), "KB2705219");
  EXPECT_EQ(event.signature().severity(), "InstallFailed");
  EXPECT_EQ(event.count(), 1u);
  EXPECT_EQ(by_source[v1::IncidentSignature::UPDATE_HISTORY].signature().hresult(), 0x800B0101);
}

class SetupEventFollowerTest : public ::testing::Test {
 protected:
  void Fail(const std::string& kb) {
    system_.AddSetupEvent(host::FailedInstallEvent(kb, 0x800B0101, absl::UnixEpoch()));
  }
  // What comes behind the last batch, by KB.
  std::vector<std::string> Next() {
    const auto batch = follower_.NextBatch(position_);
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok()) return {};
    position_ = batch->to();
    std::vector<std::string> kbs;
    for (const v1::Incident& incident : batch->incidents()) {
      kbs.push_back(incident.signature().package());
    }
    return kbs;
  }

  host::FakeSystem system_;
  SetupEventFollower follower_{system_, absl::Seconds(1)};
  v1::LogPosition position_;
};

TEST_F(SetupEventFollowerTest, TellsEachEventOnce) {
  Fail("KB2705219");
  EXPECT_THAT(Next(), ElementsAre("KB2705219"));
  EXPECT_THAT(Next(), IsEmpty());
  Fail("KB2731847");
  EXPECT_THAT(Next(), ElementsAre("KB2731847"));
}

TEST_F(SetupEventFollowerTest, AClearedLogBeginsAnew) {
  Fail("KB2705219");
  Next();
  system_.ClearSetupEvents();
  EXPECT_THAT(Next(), IsEmpty());
  Fail("KB2749655");
  EXPECT_THAT(Next(), ElementsAre("KB2749655"));
}

TEST_F(SetupEventFollowerTest, AnErrorLosesNothing) {
  Fail("KB2705219");
  system_.FailSetupEvents(AnswerCode::kDenied, host::kEAccessDenied);
  EXPECT_TRUE(absl::IsUnavailable(follower_.NextBatch(position_).status()));
}

TEST(UpdateHistoryFollower, TellsEachFailureOnce) {
  UpdateHistoryFollower follower;
  const auto history = host::RecordedUpdateHistory();
  follower.SetFailures(FailedUpdates(history.value));
  v1::LogPosition position;
  const v1::IncidentBatch first = follower.NextBatch(position);
  ASSERT_GT(first.incidents_size(), 0);
  for (const v1::Incident& incident : first.incidents()) {
    EXPECT_EQ(incident.signature().severity(), "InstallFailed");
  }
  EXPECT_EQ(follower.NextBatch(first.to()).incidents_size(), 0);
  EXPECT_EQ(follower.NextBatch(first.to()).to().SerializeAsString(),
            first.to().SerializeAsString());
}

}  // namespace
}  // namespace muster::collect
