#include "server/identity/enrollment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/identity/access.h"
#include "server/identity/fake_store.h"

namespace muster::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class EnrollmentTest : public testing::Test {
 protected:
  std::string Token(int uses) {
    auto token = access_.CreateEnrollmentToken({"server", "test"}, "", uses, absl::Hours(24));
    EXPECT_TRUE(token.ok()) << token.status();
    return token->text;
  }
  v1::EnrollRequest Request(const std::string& token) {
    v1::EnrollRequest request;
    request.set_token(token);
    request.set_csr(key_.CreateSigningRequest("PC-1"));
    request.mutable_attributes()->set_name("PC-1");
    return request;
  }
  std::string MachineName() const {
    return absl::StrCat("machines/", key_.PublicKeyDigest().ToHex());
  }

  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  pki::PrivateKey key_ = pki::PrivateKey::Generate();
  pki::Authority authority_ =
      pki::Authority::Create("Test authority", now_, absl::Hours(24 * 3650));
  FakeStore store_;
  Access access_{store_, store_, [this] { return now_; }};
  Enrollment enrollment_{store_, authority_, [this] { return now_; }};
};

TEST_F(EnrollmentTest, ATokenGivesACertificateForTheMachinesKey) {
  auto response = enrollment_.Enroll(Request(Token(1)));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->machine_id(), key_.PublicKeyDigest().ToHex());
  auto pem = pki::CertificateDerToPem(response->certificate());
  ASSERT_TRUE(pem.ok()) << pem.status();
  EXPECT_TRUE(authority_.HasIssued(*pem));
  auto info = pki::ReadCertificate(*pem);
  EXPECT_EQ(info->common_name, response->machine_id());
  EXPECT_EQ(info->not_after, now_ + absl::Hours(24 * 90));
  EXPECT_EQ(*pki::CertificateDerToPem(response->authority()), authority_.certificate_pem());
}

TEST_F(EnrollmentTest, ASpentUnknownOrExpiredTokenIsRefused) {
  const std::string token = Token(1);
  ASSERT_TRUE(enrollment_.Enroll(Request(token)).ok());
  key_ = pki::PrivateKey::Generate();
  for (const std::string& refused :
       {token, std::string("guess"), "muster_enroll_" + std::string(43, 'A')}) {
    EXPECT_EQ(enrollment_.Enroll(Request(refused)).status().code(),
              absl::StatusCode::kUnauthenticated);
  }
  const std::string stale = Token(1);
  now_ += absl::Hours(24);
  EXPECT_EQ(enrollment_.Enroll(Request(stale)).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(EnrollmentTest, OnlyAnEnrolledMachineRenewsWithoutAToken) {
  EXPECT_EQ(enrollment_.Enroll(Request("")).status().code(), absl::StatusCode::kUnauthenticated);
  ASSERT_TRUE(enrollment_.Enroll(Request(Token(1))).ok());
  now_ += absl::Hours(24 * 200);  // long past the certificate's end
  auto renewed = enrollment_.Enroll(Request(""));
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  auto info = pki::ReadCertificate(*pki::CertificateDerToPem(renewed->certificate()));
  EXPECT_EQ(info->not_after, now_ + absl::Hours(24 * 90));
}

TEST_F(EnrollmentTest, AMalformedRequestCostsNoUse) {
  const std::string token = Token(1);
  v1::EnrollRequest broken = Request(token);
  broken.set_csr("garbage");
  EXPECT_EQ(enrollment_.Enroll(broken).status().code(), absl::StatusCode::kInvalidArgument);
  for (const std::string& name :
       {std::string(), std::string("PC\n1"), std::string("PC\0001", 4), std::string("\xff"),
        std::string("PC\xc2\x9b"), std::string(257, 'n'), std::string("\xed\xa0\x80")}) {
    v1::EnrollRequest request = Request(token);
    request.mutable_attributes()->set_name(name);
    auto refused = enrollment_.Enroll(request).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(refused.message(), HasSubstr("attributes.name"));
  }
  v1::EnrollRequest request = Request(token);
  request.mutable_attributes()->set_site("a\tb");
  EXPECT_THAT(enrollment_.Enroll(request).status().message(), HasSubstr("attributes.site"));
  request.mutable_attributes()->set_site("München");
  EXPECT_TRUE(enrollment_.Enroll(request).ok());
}

TEST_F(EnrollmentTest, EnrolmentsRenewalsAndRefusalsAreAudited) {
  const std::string action = " muster.v1.AgentGateway.Enroll ";
  enrollment_.Enroll(Request("")).status().IgnoreError();
  ASSERT_TRUE(enrollment_.Enroll(Request(Token(1))).ok());
  ASSERT_TRUE(enrollment_.Enroll(Request("")).ok());
  EXPECT_THAT(
      store_.AuditLines(),
      ElementsAre("anonymous" + action + MachineName() + " UNAUTHENTICATED",
                  HasSubstr("enrollmentTokens/"), MachineName() + action + MachineName() + " OK",
                  MachineName() + action + MachineName() + " OK"));
}

TEST_F(EnrollmentTest, WhatCannotBeAuditedIsNotIssued) {
  const std::string token = Token(2);
  store_.FailAudit(absl::UnavailableError("the database is away"));
  EXPECT_TRUE(absl::IsUnavailable(enrollment_.Enroll(Request(token)).status()));
}

}  // namespace
}  // namespace muster::identity
