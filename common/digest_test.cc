#include "common/digest.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

// FIPS 180-2, appendix B.1.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(DigestTest, Sha256GivesTheStandardsAnswer) { EXPECT_EQ(Sha256("abc").ToHex(), kAbc); }

// RFC 4231, test case 2.
TEST(DigestTest, HmacGivesTheStandardsAnswer) {
  EXPECT_EQ(HmacSha256("Jefe", "what do ya want for nothing?").ToHex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(DigestTest, StreamEqualsOneShotHoweverItIsCut) {
  Sha256Stream stream;
  stream.Update("a");
  stream.Update("");
  stream.Update("bc");
  EXPECT_EQ(stream.Finish(), Sha256("abc"));
}

TEST(DigestTest, HexAndBytesRoundTrip) {
  EXPECT_EQ(Digest::FromHex(kAbc)->ToHex(), kAbc);
  EXPECT_EQ(*Digest::FromBytes(Sha256("x").ToBytes()), Sha256("x"));
}

TEST(DigestTest, RefusesWrongLengthsAndLetters) {
  EXPECT_FALSE(Digest::FromBytes("short").ok());
  EXPECT_FALSE(Digest::FromHex("ab").ok());
  EXPECT_FALSE(Digest::FromHex(std::string(64, 'g')).ok());
}

}  // namespace
}  // namespace muster
