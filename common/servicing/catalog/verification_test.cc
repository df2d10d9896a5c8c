// The rule of docs/formats/catalog-verification.md, case by case.
#include "common/servicing/catalog/verification.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/testdata/catalog_maker.h"

namespace muster::servicing {
namespace {

using testdata::CatalogSpec;

constexpr uint32_t kExpired = 0x800b0101;
constexpr uint32_t kTimeStamp = 0x80096005;

const absl::Time kWhileValid = absl::FromUnixSeconds(1370044800);  // 2013-06-01
const absl::Time kAfterwards = absl::FromUnixSeconds(1372636800);  // 2013-07-01

struct Case {
  const char* name;
  std::function<void(CatalogSpec&)> change;
  const char* signature_class;
  uint32_t while_valid;
  uint32_t afterwards;
};

const Case kCases[] = {
    {"good", [](CatalogSpec&) {}, "valid-timestamped", 0, 0},
    {"no timestamp", [](CatalogSpec& s) { s.timestamp = CatalogSpec::Timestamp::kNone; },
     "no-timestamp", 0, kExpired},
    {"no EKU", [](CatalogSpec& s) { s.timestamp_eku = CatalogSpec::TimestampEku::kMissing; },
     "timestamp-certificate-without-eku", 0, kExpired},
    {"other EKU", [](CatalogSpec& s) { s.timestamp_eku = CatalogSpec::TimestampEku::kOther; },
     "timestamp-certificate-without-eku", 0, kExpired},
    {"lifetime signing", [](CatalogSpec& s) { s.lifetime_signing = true; }, "lifetime-signing", 0,
     kExpired},
    {"signed after expiry",
     [](CatalogSpec& s) {
       s.timestamp_at = s.signer_not_after + absl::Hours(1);
       s.timestamp_not_after = s.timestamp_at + absl::Hours(24);
     },
     "timestamp-outside-signer-validity", kExpired, kExpired},
    {"signed too early",
     [](CatalogSpec& s) { s.timestamp_at = s.signer_not_before - absl::Hours(1); },
     "timestamp-outside-signer-validity", kExpired, kExpired},
    {"stamped after the service's certificate expired",
     [](CatalogSpec& s) { s.timestamp_not_after = s.timestamp_at - absl::Hours(1); },
     "countersignature-broken", kTimeStamp, kTimeStamp},
    {"stamp of another",
     [](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kCountersignatureOfOther; },
     "countersignature-broken", kTimeStamp, kTimeStamp},
    {"stamp's certificate missing", [](CatalogSpec& s) { s.embed_timestamp_certificate = false; },
     "timestamp-certificate-missing", kTimeStamp, kTimeStamp},
    {"tampered", [](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kTamperedMember; },
     "signature-broken", 0x80096010, 0x80096010},
    {"foreign signature", [](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kForeignSignature; },
     "signature-broken", 0x80096004, 0x80096004},
    {"false issuer", [](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kFalseIssuer; },
     "chain-broken", 0x800b010a, 0x800b010a},
    {"false issuer beside the true one",
     [](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kFalseIssuerBesideTrue; },
     "valid-timestamped", 0, 0},
    {"issuer is no authority",
     [](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kPowerlessIssuer; }, "chain-broken",
     0x800b010a, 0x800b010a},
    {"unsigned", [](CatalogSpec& s) { s.is_signed = false; }, "unsigned", 0x800b0100, 0x800b0100},
};

CatalogSpec OneFile() {
  CatalogSpec spec;
  spec.members = {"update.mum"};
  return spec;
}

absl::StatusOr<Catalog> Made(const CatalogSpec& spec) {
  return ParseCatalog(testdata::MakeCatalog(testdata::Authority::OfProcess(), spec));
}

void ExpectCase(const Case& c, const CatalogSpec& base) {
  CatalogSpec spec = base;
  c.change(spec);
  const Verification answer = Verify(Made(spec), HostFacts{});
  EXPECT_EQ(std::string(SignatureClassName(answer.signature_class)), c.signature_class);
  EXPECT_EQ(answer.HresultAt(kWhileValid), c.while_valid);
  EXPECT_EQ(answer.HresultAt(kAfterwards), c.afterwards);
  if (c.while_valid == 0 && c.afterwards != 0) {
    EXPECT_EQ(answer.breaks_at, spec.signer_not_after);
  } else {
    EXPECT_EQ(answer.breaks_at, c.afterwards == 0 ? absl::InfiniteFuture() : absl::InfinitePast());
  }
}

TEST(Verify, KnowsEveryClass) {
  for (const Case& c : kCases) {
    for (const char* digest : {"sha1", "sha256"}) {
      SCOPED_TRACE(std::string(c.name) + " " + digest);
      CatalogSpec spec = OneFile();
      spec.digest = digest;
      if (spec.digest == "sha256") spec.timestamp = CatalogSpec::Timestamp::kRfc3161;
      // Without its certificate a token's time is known all the same: it is in what the token
      // wraps.
      ExpectCase(c, spec);
    }
  }
}

TEST(Verify, WhatIsNoCatalogIsCorrupt) {
  const Verification answer = Verify(ParseCatalog("no catalog"), HostFacts{});
  EXPECT_EQ(answer.signature_class, SignatureClass::kCorrupt);
  EXPECT_EQ(answer.HresultAt(kWhileValid), 0x8007000du);
}

TEST(Verify, BreaksExactlyWhenTheSignersCertificateEnds) {
  CatalogSpec spec = OneFile();
  spec.timestamp_eku = CatalogSpec::TimestampEku::kMissing;
  const Verification answer = Verify(Made(spec), HostFacts{});
  EXPECT_EQ(answer.HresultAt(spec.signer_not_after - absl::Seconds(1)), 0u);
  EXPECT_EQ(answer.HresultAt(spec.signer_not_after), kExpired);
  // A machine whose clock fell back to its birth is as blind as one past the end.
  EXPECT_EQ(answer.valid_from, spec.signer_not_before);
  EXPECT_EQ(answer.HresultAt(spec.signer_not_before - absl::Seconds(1)), kExpired);
}

TEST(Verify, AHostThatIgnoresTheMissingEkuIsImmuneToThatAlone) {
  HostFacts updated;
  updated.ignores_missing_timestamp_eku = true;
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    CatalogSpec spec = OneFile();
    c.change(spec);
    const auto catalog = Made(spec);
    const Verification without = Verify(catalog, HostFacts{});
    const Verification with = Verify(catalog, updated);
    EXPECT_EQ(with.signature_class, without.signature_class);
    if (with.signature_class == SignatureClass::kTimestampCertificateWithoutEku) {
      EXPECT_EQ(with.breaks_at, absl::InfiniteFuture());
      EXPECT_EQ(with.HresultAt(kAfterwards), 0u);
    } else {
      EXPECT_EQ(with.breaks_at, without.breaks_at);
    }
  }
}

TEST(Verify, ImmunityDoesNotUndoLifetimeSigning) {
  CatalogSpec spec = OneFile();
  spec.timestamp_eku = CatalogSpec::TimestampEku::kMissing;
  spec.lifetime_signing = true;
  HostFacts updated;
  updated.ignores_missing_timestamp_eku = true;
  EXPECT_EQ(Verify(Made(spec), updated).breaks_at, spec.signer_not_after);
}

TEST(Verify, AnExpiredTimestampCertificateDoesNotMatterLater) {
  CatalogSpec spec = OneFile();
  spec.timestamp_not_after = spec.timestamp_at + absl::Hours(1);
  EXPECT_EQ(Verify(Made(spec), HostFacts{}).HresultAt(kAfterwards), 0u);
}

TEST(Verify, AnIntermediateMustBeValidToo) {
  auto catalog = Made(OneFile());
  ASSERT_TRUE(catalog.ok());
  ASSERT_EQ(catalog->chain.size(), 2u);
  catalog->chain[1].not_after = *catalog->timestamp->time - absl::Hours(1);
  EXPECT_EQ(Verify(catalog, HostFacts{}).signature_class,
            SignatureClass::kTimestampOutsideSignerValidity);
  // Without a timestamp the first certificate to end is what counts.
  catalog->timestamp.reset();
  EXPECT_EQ(Verify(catalog, HostFacts{}).breaks_at, catalog->chain[1].not_after);
}

TEST(Verify, ASignerWithoutItsCertificateDoesNotVerify) {
  auto catalog = Made(OneFile());
  catalog->signer.reset();
  EXPECT_EQ(Verify(catalog, HostFacts{}).HresultAt(kWhileValid), 0x80096002u);
}

}  // namespace
}  // namespace muster::servicing
