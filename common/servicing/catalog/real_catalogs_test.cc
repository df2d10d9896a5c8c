// Real catalogs against what two other ASN.1 readers saw in them, and synthetic ones against their
// expected class.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/catalog.h"
#include "common/servicing/catalog/verification.h"
#include "tests/testdata/files.h"

namespace muster::servicing {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string Text(const Struct& object, const char* key) {
  return object.fields().at(key).string_value();
}
const Struct& Object(const Struct& object, const char* key) {
  return object.fields().at(key).struct_value();
}
const google::protobuf::ListValue& List(const Struct& object, const char* key) {
  return object.fields().at(key).list_value();
}

// "2012-11-03 18:50:12+00:00", "2012-11-03T18:50:12Z".
absl::Time ParseTime(std::string text) {
  text[10] = 'T';
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << ": " << error;
  return time;
}

// Names that catalogs.json has for OIDs.
std::string EkuOid(const std::string& name) {
  static const std::map<std::string, std::string> kOids = {
      {"timeStamping", "1.3.6.1.5.5.7.3.8"},
      {"codeSigning", "1.3.6.1.5.5.7.3.3"},
      {"NT5", "1.3.6.1.4.1.311.10.3.6"},
      {"WHQL", "1.3.6.1.4.1.311.10.3.5"},
      {"WHQL_ATTESTED", "1.3.6.1.4.1.311.10.3.39"}};
  const auto it = kOids.find(name);
  return it == kOids.end() ? name : it->second;
}

std::string WithoutLeadingZeros(std::string hex) {
  return hex.substr(std::min(hex.find_first_not_of('0'), hex.size()));
}

void ExpectCertificate(const Certificate& certificate, const Struct& expected) {
  EXPECT_EQ(certificate.subject, Text(expected, "subject"));
  EXPECT_EQ(certificate.issuer, Text(expected, "issuer"));
  EXPECT_EQ(WithoutLeadingZeros(certificate.serial), Text(expected, "serial"));
  EXPECT_EQ(certificate.not_before, ParseTime(Text(expected, "notBefore")));
  EXPECT_EQ(certificate.not_after, ParseTime(Text(expected, "notAfter")));
  std::vector<std::string> usages;
  for (const Value& usage : List(expected, "eku").values()) {
    usages.push_back(EkuOid(usage.string_value()));
  }
  EXPECT_EQ(certificate.extended_key_usages, usages);
}

void ExpectTimestamp(const CatalogTimestamp& timestamp, const Struct& expected) {
  EXPECT_EQ(
      timestamp.kind == CatalogTimestamp::Kind::kRfc3161 ? "rfc3161" : "pkcs9-countersignature",
      Text(expected, "kind"));
  EXPECT_EQ(timestamp.time, ParseTime(Text(expected, "time")));
  EXPECT_TRUE(timestamp.covers_signature);
  EXPECT_TRUE(timestamp.chain_holds);
  ASSERT_TRUE(timestamp.signer);
  ExpectCertificate(*timestamp.signer, Object(expected, "tsa"));
}

void ExpectList(const Catalog& catalog, const Struct& expected) {
  EXPECT_EQ(catalog.members.size(), expected.fields().at("members").number_value());
  EXPECT_EQ(catalog.subject_algorithm, Text(expected, "subjectAlgorithm"));
  EXPECT_EQ(absl::AsciiStrToUpper(absl::BytesToHexString(catalog.list_identifier)),
            Text(expected, "listIdentifier"));
  EXPECT_EQ(absl::FormatTime("%y%m%d%H%M%SZ", catalog.issued_at, absl::UTCTimeZone()),
            Text(expected, "thisUpdate"));
  std::vector<std::string> attributes, expected_attributes;
  for (const auto& [name, value] : catalog.attributes) {
    attributes.push_back(absl::StrCat(name, "=", value));
  }
  for (const Value& value : List(expected, "attrs").values()) {
    expected_attributes.push_back(value.string_value());
  }
  EXPECT_EQ(attributes, expected_attributes);
  std::map<std::string, double> by_attribute;
  for (const CatalogMember& member : catalog.members) {
    const size_t size = member.digest_algorithm == "sha1" ? 20 : 32;
    EXPECT_EQ(member.digest.size(), size) << member.digest_algorithm;
    for (const auto& [name, value] : member.attributes) by_attribute[name] += 1;
  }
  for (const Value& name : List(expected, "member_name_attrs").values()) {
    EXPECT_GT(by_attribute[name.string_value()], 0) << name.string_value();
  }
}

void ExpectCatalog(const Catalog& catalog, const Struct& expected) {
  ExpectList(catalog, Object(expected, "ctl"));
  const auto& signers = List(expected, "signers");
  EXPECT_EQ(catalog.is_signed, signers.values_size() > 0);
  if (!catalog.is_signed) return;
  const Struct& signer = signers.values(0).struct_value();
  EXPECT_EQ(catalog.digest_algorithm, Text(signer, "digest"));
  EXPECT_TRUE(catalog.content_matches);
  EXPECT_TRUE(catalog.signature_holds);
  EXPECT_TRUE(catalog.chain_holds);
  ASSERT_TRUE(catalog.signer);
  ExpectCertificate(*catalog.signer, Object(signer, "signer"));
  EXPECT_EQ(catalog.chain.front().sha1, catalog.signer->sha1);
  ASSERT_TRUE(catalog.timestamp);
  ExpectTimestamp(*catalog.timestamp, List(signer, "ts").values(0).struct_value());
}

class RealCatalogs : public testing::Test {
 protected:
  void SetUp() override {
    data_ = testdata::SharedData();
    if (!data_) GTEST_SKIP() << "the folder of real catalogs, ../shared/data, is not here";
  }
  template <typename Message>
  Message Json(const std::string& file) const {
    Message message;
    const auto text = testdata::ReadFile(*data_ / file);
    EXPECT_TRUE(text.ok()) << text.status();
    const auto status = google::protobuf::util::JsonStringToMessage(*text, &message);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return message;
  }
  std::string Bytes(const std::string& file) const {
    const auto bytes = testdata::ReadFile(*data_ / file);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.value_or("");
  }

  std::optional<std::filesystem::path> data_;
};

TEST_F(RealCatalogs, HoldWhatOtherReadersSaw) {
  const auto list = Json<google::protobuf::ListValue>("cat/catalogs.json");
  ASSERT_GT(list.values_size(), 15);
  for (const Value& value : list.values()) {
    const std::string file = Text(value.struct_value(), "file");
    SCOPED_TRACE(file);
    const auto catalog = ParseCatalog(Bytes("cat/" + file));
    ASSERT_TRUE(catalog.ok()) << catalog.status();
    ExpectCatalog(*catalog, value.struct_value());
  }
}

TEST_F(RealCatalogs, VerifyToday) {
  const auto list = Json<google::protobuf::ListValue>("cat/catalogs.json");
  CatalogReader reader;
  for (const Value& value : list.values()) {
    const std::string file = Text(value.struct_value(), "file");
    SCOPED_TRACE(file);
    const Verification answer = Verify(reader.Read(Bytes("cat/" + file)), HostFacts{});
    const bool is_signed = List(value.struct_value(), "signers").values_size() > 0;
    EXPECT_EQ(SignatureClassName(answer.signature_class),
              is_signed ? "valid-timestamped" : "unsigned");
    EXPECT_EQ(answer.HresultAt(absl::FromUnixSeconds(4102444800)), is_signed ? 0u : 0x800b0100u);
  }
}

TEST_F(RealCatalogs, NameTheirFiles) {
  const auto catalog = ParseCatalog(Bytes("cat/win7_KB2780124-x64_update.cat"));
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  ASSERT_EQ(catalog->members.size(), 1u);
  // The update.mum of the same package, whose SHA-1 is also the UTF-16 tag.
  EXPECT_EQ(absl::BytesToHexString(catalog->members[0].digest),
            "1febbde10d62204cdc44d593d6bf6dea2e43e946");
  EXPECT_EQ(catalog->members[0].tag.size(), 82u);
}

uint32_t ExpectedAt(const std::string& signature_class, bool after_expiry) {
  if (signature_class == "valid-timestamped") return 0;
  if (signature_class == "corrupt") return 0x8007000d;
  if (signature_class == "signature-broken") return 0x80096010;
  if (signature_class == "countersignature-broken" ||
      signature_class == "timestamp-certificate-missing") {
    return 0x80096005;
  }
  if (signature_class == "timestamp-outside-signer-validity") return 0x800b0101;
  return after_expiry ? 0x800b0101 : 0;
}

TEST_F(RealCatalogs, SyntheticOnesAreOfTheirClass) {
  const auto expected = Json<Struct>("cat_synthetic/expected.json");
  ASSERT_EQ(expected.fields_size(), 15);
  for (const auto& [file, value] : expected.fields()) {
    SCOPED_TRACE(file);
    const Verification answer = Verify(ParseCatalog(Bytes("cat_synthetic/" + file)), HostFacts{});
    const std::string signature_class = Text(value.struct_value(), "class");
    EXPECT_EQ(SignatureClassName(answer.signature_class), signature_class);
    const std::string breaks_at = Text(value.struct_value(), "breaks_at");
    if (!breaks_at.empty()) {
      EXPECT_EQ(answer.breaks_at, ParseTime(breaks_at));
    } else {
      EXPECT_EQ(answer.breaks_at, signature_class == "valid-timestamped" ? absl::InfiniteFuture()
                                                                         : absl::InfinitePast());
    }
    EXPECT_EQ(answer.HresultAt(ParseTime("2013-06-01T00:00:00Z")),
              ExpectedAt(signature_class, false));
    EXPECT_EQ(answer.HresultAt(ParseTime("2013-07-01T00:00:00Z")),
              ExpectedAt(signature_class, true));
  }
}

TEST_F(RealCatalogs, TheUpdateOfTheAdvisoryImmunisesOnlyTheMissingEku) {
  HostFacts updated;
  updated.ignores_missing_timestamp_eku = true;
  const auto expected = Json<Struct>("cat_synthetic/expected.json");
  for (const auto& [file, value] : expected.fields()) {
    SCOPED_TRACE(file);
    const auto catalog = ParseCatalog(Bytes("cat_synthetic/" + file));
    const Verification before = Verify(catalog, HostFacts{});
    const Verification after = Verify(catalog, updated);
    EXPECT_EQ(after.signature_class, before.signature_class);
    const bool immunised =
        before.signature_class == SignatureClass::kTimestampCertificateWithoutEku;
    EXPECT_EQ(after.breaks_at, immunised ? absl::InfiniteFuture() : before.breaks_at);
  }
}

}  // namespace
}  // namespace muster::servicing
