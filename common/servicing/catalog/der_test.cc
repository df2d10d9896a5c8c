#include "common/servicing/catalog/der.h"

#include <gtest/gtest.h>

namespace muster::servicing {
namespace {

using std::string_literals::operator""s;

absl::StatusOr<absl::Time> TimeOf(uint8_t tag, const std::string& text) {
  DerElement element;
  element.tag = tag;
  element.content = text;
  return ParseDerTime(element);
}

TEST(DerReader, WalksAndStopsAtTheFirstError) {
  const std::string bytes = "\x02\x01\x05\x04\x02hi\x30\x80"s;
  DerReader reader(bytes);
  DerElement element;
  EXPECT_TRUE(reader.Expect(kDerInteger, "a number", element));
  EXPECT_EQ(element.content, "\x05");
  EXPECT_TRUE(reader.Next(element));
  EXPECT_EQ(element.whole, "\x04\x02hi");
  EXPECT_FALSE(reader.Next(element)) << "an indefinite length";
  EXPECT_FALSE(reader.status().ok());
  EXPECT_FALSE(reader.Next(element));
}

TEST(DerReader, RefusesLengthsThatDoNotFit) {
  for (const std::string& bytes :
       {"\x04\x05hi"s, "\x04\x84\xff\xff\xff\xff"s, "\x04\x88\x7f\xff\xff\xff\xff\xff\xff\xff"s,
        "\x04"s, "\x1f\x81"s}) {
    DerReader reader(bytes);
    DerElement element;
    EXPECT_FALSE(reader.Next(element));
    EXPECT_EQ(reader.status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(OidText, ReadsArcs) {
  EXPECT_EQ(OidText("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), "1.2.840.113549.1.7.2");
  EXPECT_EQ(OidText("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), "2.16.840.1.101.3.4.2.1");
  EXPECT_EQ(OidText(""), "");
  EXPECT_EQ(OidText("\x2a\x86"), "") << "cut within an arc";
  EXPECT_EQ(OidText(std::string(20, '\xff')), "") << "an arc above 64 bits";
}

TEST(ParseDerTime, TakesWhatDerAllows) {
  EXPECT_EQ(TimeOf(kDerUtcTime, "130626213717Z").value(), absl::FromUnixSeconds(1372282637));
  EXPECT_EQ(TimeOf(kDerGeneralizedTime, "20130626213717Z").value(),
            absl::FromUnixSeconds(1372282637));
  EXPECT_EQ(TimeOf(kDerGeneralizedTime, "20130626213717.25Z").value(),
            absl::FromUnixMillis(1372282637250));
  EXPECT_EQ(TimeOf(kDerUtcTime, "500101000000Z").value(),
            absl::FromCivil(absl::CivilDay(1950), absl::UTCTimeZone()));
}

TEST(ParseDerTime, RefusesTheRest) {
  for (const char* text : {"", "1306262137Z", "130626213717", "130626213717+0200", "131326213717Z",
                           "130631213717Z", "130626253717Z", "13062621371xZ"}) {
    EXPECT_FALSE(TimeOf(kDerUtcTime, text).ok()) << text;
  }
  EXPECT_FALSE(TimeOf(kDerOid, "130626213717Z").ok());
}

TEST(Utf16Text, ReplacesWhatIsNoText) {
  EXPECT_EQ(Utf16LeText("a\0\xe4\0\0\0b\0"s), "a\xc3\xa4") << "up to the NUL";
  EXPECT_EQ(Utf16BeText("\0a\xd8\x3d\xde\x00"s), "a\xf0\x9f\x98\x80");
  EXPECT_EQ(Utf16BeText("\xd8\x3d\0a\0"s),
            "\xef\xbf\xbd"
            "a\xef\xbf\xbd");
}

}  // namespace
}  // namespace muster::servicing
