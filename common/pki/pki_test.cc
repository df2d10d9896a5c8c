#include "common/pki/pki.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "absl/strings/str_cat.h"

namespace muster::pki {
namespace {

using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'770'000'000);
constexpr absl::Duration kDay = absl::Hours(24);

Authority TestAuthority() { return Authority::Create("Test authority", kNow, 10 * 365 * kDay); }

// A private key of another kind, PEM.
std::string ForeignKeyPem(const char* type, const char* parameter) {
  EVP_PKEY* key = parameter != nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, type, parameter)
                                       : EVP_PKEY_Q_keygen(nullptr, nullptr, type);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

TEST(PrivateKeyTest, SurvivesItsPem) {
  PrivateKey key = PrivateKey::Generate();
  auto again = PrivateKey::FromPem(key.ToPem());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->PublicKeyDigest(), key.PublicKeyDigest());
  EXPECT_THAT(key.ToPem(), HasSubstr("BEGIN PRIVATE KEY"));
}

TEST(PrivateKeyTest, TwoKeysAreTwoMachines) {
  EXPECT_NE(PrivateKey::Generate().PublicKeyDigest(), PrivateKey::Generate().PublicKeyDigest());
}

TEST(PrivateKeyTest, RefusesOtherKeysAndGarbage) {
  for (const std::string& pem : {std::string(), std::string("no key"), std::string(100'000, 'x'),
                                 ForeignKeyPem("EC", "P-384"), ForeignKeyPem("ED25519", nullptr)}) {
    EXPECT_EQ(PrivateKey::FromPem(pem).status().code(), absl::StatusCode::kInvalidArgument) << pem;
  }
}

TEST(SigningRequestTest, NamesTheKeyThatSignedIt) {
  PrivateKey key = PrivateKey::Generate();
  auto digest = CheckSigningRequest(key.CreateSigningRequest("PC-1"));
  ASSERT_TRUE(digest.ok()) << digest.status();
  EXPECT_EQ(*digest, key.PublicKeyDigest());
}

TEST(SigningRequestTest, ANameTooLongForX509IsNoReasonToFail) {
  PrivateKey key = PrivateKey::Generate();
  EXPECT_TRUE(CheckSigningRequest(key.CreateSigningRequest(std::string(300, 'n'))).ok());
  EXPECT_TRUE(CheckSigningRequest(key.CreateSigningRequest("\xff\xfe")).ok());
}

TEST(SigningRequestTest, EveryChangedByteAndEveryCutIsRefused) {
  PrivateKey key = PrivateKey::Generate();
  const std::string request = key.CreateSigningRequest("PC-1");
  for (size_t i = 0; i < request.size(); ++i) {
    std::string damaged = request;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x01);
    auto digest = CheckSigningRequest(damaged);
    EXPECT_FALSE(digest.ok()) << "byte " << i;
    EXPECT_FALSE(CheckSigningRequest(request.substr(0, i)).ok()) << "cut at " << i;
  }
}

TEST(SigningRequestTest, RefusesWhatFollowsAndWhatIsTooLarge) {
  const std::string request = PrivateKey::Generate().CreateSigningRequest("PC-1");
  EXPECT_THAT(CheckSigningRequest(request + "x").status().message(), HasSubstr("follow"));
  EXPECT_THAT(CheckSigningRequest(std::string(16 * 1024 + 1, '0')).status().message(),
              HasSubstr("16 KiB"));
}

TEST(AuthorityTest, IssuesAClientCertificateThatNamesTheMachine) {
  PrivateKey key = PrivateKey::Generate();
  auto pem =
      TestAuthority().IssueClient(key.CreateSigningRequest("I am somebody else"), kNow, 90 * kDay);
  ASSERT_TRUE(pem.ok()) << pem.status();
  auto info = ReadCertificate(*pem);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->common_name, key.PublicKeyDigest().ToHex());
  EXPECT_EQ(info->public_key, key.PublicKeyDigest());
  EXPECT_EQ(info->not_before, kNow - absl::Hours(1));
  EXPECT_EQ(info->not_after, kNow + 90 * kDay);
}

TEST(AuthorityTest, NoCertificateOutlivesItsAuthority) {
  Authority authority = Authority::Create("Short-lived", kNow, 10 * kDay);
  const std::string request = PrivateKey::Generate().CreateSigningRequest("PC-1");
  auto pem = authority.IssueClient(request, kNow, 90 * kDay);
  ASSERT_TRUE(pem.ok()) << pem.status();
  EXPECT_EQ(ReadCertificate(*pem)->not_after, kNow + 10 * kDay);
  auto late = authority.IssueClient(request, kNow + 10 * kDay, 90 * kDay);
  EXPECT_EQ(late.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(AuthorityTest, SurvivesItsPem) {
  Authority authority = TestAuthority();
  auto again = Authority::FromPem(authority.key_pem(), authority.certificate_pem());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->certificate_pem(), authority.certificate_pem());
  EXPECT_TRUE(
      again->IssueClient(PrivateKey::Generate().CreateSigningRequest("PC-1"), kNow, kDay).ok());
}

TEST(AuthorityTest, RefusesAKeyOfAnotherAndACertificateThatIsNoAuthoritys) {
  Authority authority = TestAuthority();
  auto mixed = Authority::FromPem(TestAuthority().key_pem(), authority.certificate_pem());
  EXPECT_THAT(mixed.status().message(), HasSubstr("do not belong together"));

  PrivateKey key = PrivateKey::Generate();
  auto leaf = authority.IssueServer(key, {"localhost"}, kNow, kDay);
  ASSERT_TRUE(leaf.ok()) << leaf.status();
  EXPECT_THAT(Authority::FromPem(key.ToPem(), *leaf).status().message(),
              HasSubstr("not a certificate authority"));
}

TEST(AuthorityTest, RefusesServerNamesThatAreNone) {
  PrivateKey key = PrivateKey::Generate();
  Authority authority = TestAuthority();
  for (const std::string& name :
       {std::string(), std::string("two words"), std::string("a,DNS:b"), std::string("-a"),
        std::string("a..b"), std::string("127.0.0.1\0.evil", 15), std::string(300, 'a')}) {
    EXPECT_EQ(authority.IssueServer(key, {name}, kNow, kDay).status().code(),
              absl::StatusCode::kInvalidArgument)
        << name;
  }
  EXPECT_FALSE(authority.IssueServer(key, {}, kNow, kDay).ok());
  EXPECT_TRUE(authority.IssueServer(key, {"muster.example", "10.0.0.1", "::1"}, kNow, kDay).ok());
}

TEST(CertificateTest, DerAndPemSayTheSame) {
  const std::string pem = TestAuthority().certificate_pem();
  auto der = CertificatePemToDer(pem);
  ASSERT_TRUE(der.ok()) << der.status();
  auto back = CertificateDerToPem(*der);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, pem);
  EXPECT_FALSE(CertificateDerToPem(*der + "x").ok());
  EXPECT_FALSE(CertificateDerToPem("").ok());
  EXPECT_FALSE(
      ReadCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").ok());
}

}  // namespace
}  // namespace muster::pki
