#include "dashboard-api/transcoder/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dashboard-api/transcoder/errors.h"
#include "google/rpc/error_details.pb.h"
#include "muster/v1/campaign.pb.h"
#include "muster/v1/operator.pb.h"
#include "muster/v1/session.pb.h"

namespace muster::transcoder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BindTest : public testing::Test {
 protected:
  // Binds one request, as if it had come over HTTP.
  absl::StatusOr<BoundRequest> Bind(const std::string& method, const std::string& path,
                                    const std::string& query = "", const std::string& body = "") {
    auto match = routes_.Find(method, *RequestPath::Parse(path));
    EXPECT_TRUE(match.ok()) << match.status();
    auto parameters = ParseQuery(query);
    if (!parameters.ok()) return parameters.status();
    return BindRequest(*match, *parameters, body);
  }
  template <typename Message>
  Message Bound(const std::string& method, const std::string& path, const std::string& query = "",
                const std::string& body = "") {
    auto bound = Bind(method, path, query, body);
    EXPECT_TRUE(bound.ok()) << bound.status();
    return bound.ok() ? dynamic_cast<const Message&>(*bound->message) : Message();
  }
  // The field that the refusal names.
  std::string Refused(const std::string& method, const std::string& path, const std::string& query,
                      const std::string& body = "") {
    const absl::Status status = Bind(method, path, query, body).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    const google::rpc::Status error = ToRpcStatus(status);
    google::rpc::BadRequest details;
    if (error.details_size() != 1 || !error.details(0).UnpackTo(&details)) return "";
    return details.field_violations(0).field();
  }

  const RouteTable routes_ = *RouteTable::OfOperatorApi();
};

TEST_F(BindTest, TakesPathAndQueryInEitherSpelling) {
  const auto machines = Bound<v1::ListMachinesRequest>(
      "GET", "/v1/machines", "filter=site+%3D+%22K%C3%B6ln%22&pageSize=7&order_by=name");
  EXPECT_EQ(machines.filter(), "site = \"Köln\"");
  EXPECT_EQ(machines.page_size(), 7);
  EXPECT_EQ(machines.order_by(), "name");

  const auto machine = Bound<v1::GetMachineRequest>("GET", "/v1/machines/PC-1",
                                                    "asOf=2026-11-01T00:00:00.5%2B01:00");
  EXPECT_EQ(machine.name(), "machines/PC-1");
  EXPECT_EQ(machine.as_of().seconds(), 1793487600);
  EXPECT_EQ(machine.as_of().nanos(), 500000000);
}

TEST_F(BindTest, TakesRepeatedEnumsAndNestedFields) {
  const auto orders = Bound<v1::ListOrdersRequest>("GET", "/v1/campaigns/c/orders",
                                                   "states=FAILED&states=REFUSED&wave=2");
  EXPECT_THAT(orders.states(), ElementsAre(v1::OrderStatus::FAILED, v1::OrderStatus::REFUSED));
  EXPECT_EQ(orders.wave(), 2u);
  v1::CreateCampaignRequest campaign;
  EXPECT_TRUE(SetField(campaign, "spec.runLimit", "90s").ok());
  EXPECT_EQ(campaign.spec().run_limit().seconds(), 90);
}

TEST_F(BindTest, PathWinsOverTheBody) {
  const auto user = Bound<v1::UpdateUserRequest>(
      "PATCH", "/v1/users/anna", "updateMask=displayName,role",
      R"({"name":"users/mallory","displayName":"Anna","role":"ADMIN"})");
  EXPECT_EQ(user.user().name(), "users/anna");
  EXPECT_EQ(user.user().display_name(), "Anna");
  EXPECT_THAT(user.update_mask().paths(), ElementsAre("display_name", "role"));
  const auto group = Bound<v1::PutGroupRequest>("PUT", "/v1/groups/kiosks", "",
                                                R"({"group":{"filter":"f"},"members":["a"]})");
  EXPECT_EQ(group.group().name(), "groups/kiosks");
  EXPECT_THAT(group.members(), ElementsAre("a"));
  EXPECT_EQ(Bound<v1::StartCampaignRequest>("POST", "/v1/campaigns/c:start").name(), "campaigns/c");
}

TEST_F(BindTest, RefusalsNameTheField) {
  EXPECT_EQ(Refused("GET", "/v1/machines", "pagesize=1"), "pagesize");
  EXPECT_EQ(Refused("GET", "/v1/machines", "pageSize=1&page_size=2"), "page_size");
  EXPECT_EQ(Refused("GET", "/v1/machines", "fields=machines&fields=totalSize"), "fields");
  EXPECT_EQ(Refused("GET", "/v1/machines", "format=xml"), "format");
  for (const char* number : {"", "x", "1.5", "+1", "%201", "99999999999", "0x10"}) {
    EXPECT_EQ(Refused("GET", "/v1/machines", std::string("pageSize=") + number), "pageSize");
  }
  EXPECT_EQ(Refused("GET", "/v1/campaigns/c/orders", "states=failed"), "states");
  EXPECT_EQ(Refused("GET", "/v1/campaigns/c/orders", "wave=-1"), "wave");
  EXPECT_EQ(Refused("GET", "/v1/machines/m", "asOf=yesterday"), "asOf");
  EXPECT_EQ(Refused("GET", "/v1/machines/m", "asOf.seconds=1"), "asOf.seconds");
  EXPECT_EQ(Refused("GET", "/v1/machines/m", "name=machines/other"), "name");
  EXPECT_EQ(Refused("PATCH", "/v1/users/anna", "user.role=ADMIN"), "user.role");
  EXPECT_EQ(Refused("POST", "/v1/campaigns/c:start", "name=x"), "name");
  EXPECT_EQ(Refused("GET", "/v1/machines", "", "{}"), "body");
}

TEST_F(BindTest, RefusesBodiesThatAreNoRequest) {
  for (const char* body : {"{", "[]", "1", "\"x\"", R"({"spec":{"titel":"t"}})", "{\"spec\":1}",
                           "\xFF", R"({"spec":{"title":"a"},"spec":3})"}) {
    EXPECT_EQ(Refused("POST", "/v1/campaigns", "", body), "body") << body;
  }
  const std::string deep = std::string(100000, '[');
  EXPECT_EQ(Refused("POST", "/v1/campaigns", "", deep), "body");
  EXPECT_THAT(
      std::string(
          Bind("POST", "/v1/campaigns", "", R"({"spec":{"titel":"t"}})").status().message()),
      HasSubstr("titel"));
}

TEST_F(BindTest, OneofTakesOneMember) {
  v1::CampaignSpec spec;
  EXPECT_TRUE(SetField(spec, "group", "groups/a").ok());
  EXPECT_FALSE(SetField(spec, "filter", "x").ok());
}

TEST_F(BindTest, BytesAreBase64OfEitherAlphabet) {
  v1::Signature signature;
  const auto* field = v1::Signature::descriptor()->field(0);
  ASSERT_EQ(field->type(), google::protobuf::FieldDescriptor::TYPE_BYTES);
  EXPECT_TRUE(SetField(signature, field->name(), "-_-_").ok());
  EXPECT_TRUE(SetField(signature, field->name(), "+/+/").ok());
  EXPECT_FALSE(SetField(signature, field->name(), "!").ok());
}

}  // namespace
}  // namespace muster::transcoder
