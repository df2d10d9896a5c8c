#include "common/pki/signing_key.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace muster::pki {
namespace {

TEST(SigningKeyTest, SignsAndVerifies) {
  const SigningKey key = SigningKey::Generate();
  const std::string signature = key.Sign("an order");
  EXPECT_TRUE(VerifySignature(key.PublicKey(), "an order", signature));
  EXPECT_FALSE(VerifySignature(key.PublicKey(), "an Order", signature));
  EXPECT_FALSE(VerifySignature(SigningKey::Generate().PublicKey(), "an order", signature));
  EXPECT_FALSE(VerifySignature(key.PublicKey(), "an order", signature.substr(1)));
  EXPECT_FALSE(VerifySignature("", "an order", signature));
}

TEST(SigningKeyTest, LiesEncryptedAndOpensWithItsPassphraseAlone) {
  const SigningKey key = SigningKey::Generate();
  const std::string pem = key.ToPem("correct horse");
  EXPECT_TRUE(absl::StartsWith(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  auto again = SigningKey::FromPem(pem, "correct horse");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->Id(), key.Id());
  EXPECT_EQ(SigningKey::FromPem(pem, "battery staple").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(SigningKey::FromPem("nonsense", "x").ok());
  EXPECT_FALSE(SigningKey::FromPem(pem.substr(0, pem.size() / 2), "correct horse").ok());
}

// RFC 8032, 7.1, TEST 2.
TEST(SigningKeyTest, VerifiesTheStandardsOwnExample) {
  const auto hex = [](absl::string_view digits) {
    std::string bytes;
    for (size_t i = 0; i + 1 < digits.size(); i += 2) {
      bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
  };
  EXPECT_TRUE(VerifySignature(
      hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), hex("72"),
      hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")));
}

}  // namespace
}  // namespace muster::pki
