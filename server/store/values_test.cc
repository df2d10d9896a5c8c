#include "server/store/store_test_support.h"
#include "server/store/values_internal.h"

namespace muster::store::testing {
namespace {

class ValuesTest : public StoreTest {
 protected:
  // What PostgreSQL makes of an array, as text.
  std::string AsText(const ArrayParam& array, const std::string& type) {
    std::string text;
    MUSTER_EXPECT_OK(database_->Run("testing", [&](pqxx::transaction_base& transaction) {
      text = transaction.exec_params("SELECT ($1::" + type + ")::text", array.Bind())[0][0].c_str();
      return absl::OkStatus();
    }));
    return text;
  }
};

TEST_F(ValuesTest, ArraysArriveAsTheyWereBuilt) {
  TextArray texts;
  texts.Add("a\"b{},\\'NULL");
  texts.AddNull();
  texts.Add("");
  texts.Add("NULL");
  EXPECT_EQ(AsText(texts, "text[]"), "{\"a\\\"b{},\\\\'NULL\",NULL,\"\",\"NULL\"}");
  ByteaArray bytes;
  bytes.Add(absl::string_view("\0\xff", 2));
  bytes.Add("");
  EXPECT_EQ(AsText(bytes, "bytea[]"), "{\"\\\\x00ff\",\"\\\\x\"}");
  IntArray ints;
  ints.Add(-1);
  ints.Add(0x7fffffffffffffff);
  EXPECT_EQ(AsText(ints, "bigint[]"), "{-1,9223372036854775807}");
  BoolArray bools;
  bools.Add(true);
  bools.Add(false);
  EXPECT_EQ(AsText(bools, "boolean[]"), "{t,f}");
  EXPECT_EQ(AsText(TextArray(), "text[]"), "{}");
}

TEST_F(ValuesTest, TimesKeepTheirMicrosecondsAndBounds) {
  for (const absl::Time time :
       {absl::FromUnixMicros(1'372'662'267'200'001), absl::FromUnixMicros(-7),
        absl::InfiniteFuture(), absl::InfinitePast()}) {
    MUSTER_EXPECT_OK(database_->Run("testing", [&](pqxx::transaction_base& transaction) {
      const auto rows = transaction.exec_params("SELECT micros($1::timestamptz)", TimeParam(time));
      EXPECT_EQ(ReadTime(rows[0][0]), StorableTime(time));
      return absl::OkStatus();
    }));
  }
  EXPECT_EQ(StorableTime(absl::FromUnixMicros(-7)), absl::FromUnixMicros(-7));
}

TEST(StorableTextTest, KeepsTextAndReplacesWhatPostgresRefuses) {
  EXPECT_EQ(StorableText("Zürich \U0001F600"), "Zürich \U0001F600");
  EXPECT_EQ(StorableText(absl::string_view("a\0b", 3)), "a\u2400b");
  EXPECT_EQ(StorableText("a\xff\xc0\x80z"), "a\ufffd\ufffd\ufffdz");
  EXPECT_EQ(StorableText("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");  // a surrogate
  EXPECT_EQ(StorableText("aé", 2), "a");                          // never half a character
}

}  // namespace
}  // namespace muster::store::testing
