// Parsing: made catalogs come back as they were made; anything else ends in a clear error.
#include "common/servicing/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/signed_data.h"
#include "common/servicing/catalog/verification.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/files.h"

namespace muster::servicing {
namespace {

using testdata::Authority;
using testdata::CatalogSpec;
using testdata::DigestBytes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string Made(const CatalogSpec& spec) {
  return testdata::MakeCatalog(Authority::OfProcess(), spec);
}

CatalogSpec TwoFiles() {
  CatalogSpec spec;
  spec.members = {"one", "two"};
  return spec;
}

void ExpectNoCatalog(absl::string_view bytes, const std::string& why) {
  const auto catalog = ParseCatalog(bytes);
  ASSERT_FALSE(catalog.ok());
  EXPECT_EQ(catalog.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(catalog.status().message()), HasSubstr(why));
  EXPECT_EQ(ERR_peek_error(), 0u) << "OpenSSL's error queue is left as it was";
}

TEST(ParseCatalog, GivesBackWhatWasMade) {
  const CatalogSpec spec = TwoFiles();
  const auto catalog = ParseCatalog(Made(spec));
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  ASSERT_EQ(catalog->members.size(), 2u);
  EXPECT_EQ(catalog->members[1].digest_algorithm, "sha1");
  EXPECT_EQ(catalog->members[1].digest, DigestBytes("sha1", "two"));
  EXPECT_EQ(catalog->issued_at, spec.issued_at);
  EXPECT_EQ(catalog->subject_algorithm, "1.3.6.1.4.1.311.12.1.2");
  EXPECT_THAT(catalog->attributes, ElementsAre(Pair("OSAttr", "2:5.1,2:5.2,2:6.0,2:6.1")));
  ASSERT_TRUE(catalog->signer);
  EXPECT_EQ(catalog->signer->subject, "Microsoft Windows (test)");
  EXPECT_EQ(catalog->signer->not_after, spec.signer_not_after);
  ASSERT_EQ(catalog->chain.size(), 2u);
  EXPECT_EQ(catalog->chain[1].subject, catalog->signer->issuer);
  EXPECT_FALSE(catalog->chain[1].self_signed);
  ASSERT_TRUE(catalog->timestamp);
  EXPECT_EQ(catalog->timestamp->kind, CatalogTimestamp::Kind::kPkcs9);
  EXPECT_EQ(catalog->timestamp->time, spec.timestamp_at);
  EXPECT_THAT(catalog->timestamp->signer->extended_key_usages, ElementsAre("1.3.6.1.5.5.7.3.8"));
  EXPECT_EQ(catalog->timestamp->chain.size(), 2u);
}

TEST(ParseCatalog, ReadsListsBySha256WithTokens) {
  CatalogSpec spec = TwoFiles();
  spec.digest = "sha256";
  spec.timestamp = CatalogSpec::Timestamp::kRfc3161;
  const auto catalog = ParseCatalog(Made(spec));
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  ASSERT_EQ(catalog->members.size(), 4u);  // by SHA-1 and by SHA-256
  EXPECT_EQ(catalog->members[2].digest_algorithm, "sha1");
  EXPECT_EQ(catalog->members[2].digest, DigestBytes("sha1", "two"));
  EXPECT_EQ(catalog->members[3].digest_algorithm, "sha256");
  EXPECT_EQ(catalog->members[3].digest, DigestBytes("sha256", "two"));
  EXPECT_EQ(catalog->digest_algorithm, "sha256");
  ASSERT_TRUE(catalog->timestamp);
  EXPECT_EQ(catalog->timestamp->kind, CatalogTimestamp::Kind::kRfc3161);
  EXPECT_TRUE(catalog->timestamp->covers_signature);
  EXPECT_EQ(catalog->timestamp->time, spec.timestamp_at);
}

TEST(ParseCatalog, SaysWhatIsNoCatalog) {
  ExpectNoCatalog("", "empty");
  ExpectNoCatalog(std::string(4096, '\0'), "tag 0x30");
  ExpectNoCatalog("\x30\x84\xff\xff\xff\xff and so on", "no DER element fits");
  ExpectNoCatalog("regf this is a registry hive", "tag 0x30");
  ExpectNoCatalog(std::string(17 << 20, '\x30'), "more than the 16777216");
  ExpectNoCatalog(Made(TwoFiles()) + "more", "4 bytes follow");
}

TEST(ParseCatalog, RefusesOtherPkcs7Messages) {
  // PKCS#7 "data" with nothing in it, and SignedData over a content that is no trust list.
  ExpectNoCatalog(absl::string_view("\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 13),
                  "of type 1.2.840.113549.1.7.1");
  std::string other = Made(TwoFiles());
  const std::string trust_list("\x2b\x06\x01\x04\x01\x82\x37\x0a\x01", 9);
  other[other.find(trust_list) + 8] = '\x02';
  ExpectNoCatalog(other, "1.3.6.1.4.1.311.10.2");
  // A trust list for another use: authroot.stl is one.
  other = Made(TwoFiles());
  const std::string catalog_list("\x2b\x06\x01\x04\x01\x82\x37\x0c\x01\x01", 10);
  other[other.find(catalog_list) + 9] = '\x09';
  ExpectNoCatalog(other, "usage 1.3.6.1.4.1.311.12.1.9");
}

TEST(ParseCatalog, EveryTruncationIsAnError) {
  const std::string whole = Made(TwoFiles());
  for (size_t length = 0; length < whole.size(); ++length) {
    const auto catalog = ParseCatalog(absl::string_view(whole).substr(0, length));
    ASSERT_FALSE(catalog.ok()) << length;
    ASSERT_EQ(catalog.status().code(), absl::StatusCode::kInvalidArgument) << length;
  }
}

TEST(ParseCatalog, RandomBytesAreAnError) {
  std::mt19937 random(20130701);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 512, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    if (round % 2 == 0 && !bytes.empty()) bytes[0] = '\x30';
    EXPECT_FALSE(ParseCatalog(bytes).ok());
  }
}

// Wherever a bit flips, there is an answer; and where the list itself changed, it never verifies.
void FlipBits(const std::string& whole, size_t stride) {
  const auto message = ParseSignedData(whole);
  ASSERT_TRUE(message.ok()) << message.status();
  const absl::string_view list = message->content->content;
  const auto begin = static_cast<size_t>(list.data() - whole.data());
  CatalogReader reader;
  for (size_t at = 0; at < whole.size(); at += stride) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    const Verification answer = Verify(reader.Read(flipped), HostFacts{});
    if (at >= begin && at < begin + list.size()) {
      EXPECT_NE(answer.HresultAt(absl::FromUnixSeconds(1400000000)), 0u) << "byte " << at;
    }
  }
}

TEST(ParseCatalog, SurvivesFlippedBits) {
  CatalogSpec spec = TwoFiles();
  FlipBits(Made(spec), 3);
  spec.digest = "sha256";
  spec.timestamp = CatalogSpec::Timestamp::kRfc3161;
  FlipBits(Made(spec), 3);
}

TEST(ParseCatalog, SurvivesFlippedBitsInARealCatalog) {
  const auto data = testdata::SharedData();
  if (!data) GTEST_SKIP() << "the folder of real catalogs, ../shared/data, is not here";
  FlipBits(*testdata::ReadFile(*data / "cat/win7_KB2780124-x64_update.cat"), 2);
  FlipBits(*testdata::ReadFile(*data / "cat/win8_KB2999226-x64_update.cat"), 7);
}

TEST(ParseCatalog, RefusesMoreMembersThanALimit) {
  CatalogSpec spec;
  spec.is_signed = false;
  spec.members.assign(50'001, "");
  spec.digest = "sha256";
  ExpectNoCatalog(Made(spec), "more than 100000 members");
}

TEST(CatalogReader, AnswersAsParseCatalogDoes) {
  CatalogReader reader;
  CatalogSpec spec = TwoFiles();
  spec.fault = CatalogSpec::Fault::kFalseIssuer;
  for (int round = 0; round < 2; ++round) {
    const auto read = reader.Read(Made(spec));
    ASSERT_TRUE(read.ok());
    EXPECT_FALSE(read->chain_holds);
    const auto good = reader.Read(Made(TwoFiles()));
    ASSERT_TRUE(good.ok());
    EXPECT_TRUE(good->chain_holds);
    EXPECT_TRUE(good->signature_holds);
  }
}

TEST(CatalogReader, ForgetsRatherThanGrowsWithoutEnd) {
  // Certificates that nobody shares: more of them than are kept.
  CatalogReader reader;
  const std::string whole = Made(TwoFiles());
  // The second certificate is the signer's issuer: other serial numbers make certificates never
  // seen before.
  const auto serial = whole.find("\x02\x10\x33");
  ASSERT_NE(serial, std::string::npos);
  for (int i = 0; i < 2100; ++i) {
    std::string bytes = whole;
    bytes[serial + 5] = static_cast<char>(i);
    bytes[serial + 6] = static_cast<char>(i >> 8);
    ASSERT_TRUE(reader.Read(bytes).ok());
  }
  EXPECT_TRUE(reader.Read(whole)->signature_holds);
}

}  // namespace
}  // namespace muster::servicing
