// The operator API in this process over loopback, on stores in memory: for tests.
#ifndef MUSTER_SERVER_OPERATOR_OPERATOR_TEST_SUPPORT_H_
#define MUSTER_SERVER_OPERATOR_OPERATOR_TEST_SUPPORT_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/trace/keeping_sink.h"
#include "muster/v1/operator.grpc.pb.h"
#include "server/identity/fake_store.h"
#include "server/operator/operator_services.h"

namespace muster::operator_api {

// Remembers what it was asked and answers what a test says.
class FakeFleetReader : public inventory::FleetReader {
 public:
  absl::StatusOr<v1::ListMachinesResponse> ListMachines(const v1::ListMachinesRequest& request,
                                                        absl::Time) override {
    ++calls;
    listed = request;
    if (!error.ok()) return error;
    v1::ListMachinesResponse response;
    response.add_machines()->mutable_attributes()->set_name("PC-1");
    response.set_total_size(1);
    return response;
  }
  absl::StatusOr<v1::Machine> GetMachine(const v1::GetMachineRequest& request,
                                         absl::Time) override {
    ++calls;
    v1::Machine machine;
    machine.set_name(request.name());
    return machine;
  }
  absl::StatusOr<v1::ListIncidentsResponse> ListIncidents(const v1::ListIncidentsRequest& request,
                                                          absl::Time) override {
    ++calls;
    v1::ListIncidentsResponse response;
    response.add_incidents()->set_count(request.page_size());
    return response;
  }
  absl::StatusOr<v1::ListItemsResponse> ListItems(const v1::ListItemsRequest& request,
                                                  absl::Time) override {
    ++calls;
    v1::ListItemsResponse response;
    response.set_total_size(request.page_size());
    return response;
  }
  absl::StatusOr<v1::CompareWitnessesResponse> CompareWitnesses(const v1::CompareWitnessesRequest&,
                                                                absl::Time) override {
    ++calls;
    return v1::CompareWitnessesResponse();
  }
  absl::StatusOr<v1::ListMachineChangesResponse> ListMachineChanges(
      const v1::ListMachineChangesRequest&) override {
    ++calls;
    return v1::ListMachineChangesResponse();
  }
  absl::StatusOr<v1::SummarizeVerdictsResponse> SummarizeVerdicts(
      const v1::SummarizeVerdictsRequest&, absl::Time) override {
    ++calls;
    return v1::SummarizeVerdictsResponse();
  }

  int calls = 0;
  v1::ListMachinesRequest listed;
  absl::Status error;
};

// Has nothing to tell.
class FakeOverviewReader : public inventory::OverviewReader {
 public:
  absl::StatusOr<v1::ForecastVerdictsResponse> Forecast(const v1::ForecastVerdictsRequest&,
                                                        absl::Time) override {
    return v1::ForecastVerdictsResponse();
  }
  absl::StatusOr<v1::ListVerdictHistoryResponse> History(const v1::ListVerdictHistoryRequest&,
                                                         absl::Time) override {
    return v1::ListVerdictHistoryResponse();
  }
  absl::StatusOr<v1::SummarizeSilenceResponse> Silence(const v1::SummarizeSilenceRequest&,
                                                       absl::Time) override {
    return v1::SummarizeSilenceResponse();
  }
  absl::StatusOr<v1::ListAttentionResponse> Attention(absl::Time) override {
    return v1::ListAttentionResponse();
  }
  absl::StatusOr<std::shared_ptr<const inventory::CatalogHoldings>> Catalogs() override {
    return std::make_shared<const inventory::CatalogHoldings>();
  }
};

class OperatorTest : public testing::Test {
 protected:
  void SetUp() override {
    auto rules = verdict::RuleBook::Parse({{"one.textproto",
                                            "id: \"some-rule\" title: \"t\" affected_when { "
                                            "fact_is { name: \"n\" values: \"v\" } }"}});
    ASSERT_TRUE(rules.ok()) << rules.status();
    services_ = MakeOperatorServices(
        {fleet_, overview_, *rules, access_, users_, [this] { return now_; }, tracer_});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    ConfigureOperatorApi(builder);
    for (auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    channel_ =
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    fleet_stub_ = v1::FleetService::NewStub(channel_);
    access_stub_ = v1::AccessService::NewStub(channel_);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
  }

  // A token's text, made without the API.
  std::string Token(v1::Role role) {
    auto created = access_.CreateApiToken({"server", "test"}, "test", role, absl::Hours(1));
    EXPECT_TRUE(created.ok()) << created.status();
    return created->text;
  }

  // One call with this `authorization`; none where it is empty.
  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response, const std::string& authorization) {
    grpc::ClientContext context;
    if (!authorization.empty()) context.AddMetadata("authorization", authorization);
    return (stub.*method)(&context, request, response);
  }

  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  identity::FakeStore store_;
  identity::Access access_{store_, store_, [this] { return now_; }};
  identity::Users users_{store_, access_, [this] { return now_; }, {.memory_kib = 64, .passes = 1}};
  trace::KeepingSink spans_;
  trace::Tracer tracer_{spans_, 1, [this] { return now_; }, trace::RandomBits};
  FakeFleetReader fleet_;
  FakeOverviewReader overview_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::FleetService::Stub> fleet_stub_;
  std::unique_ptr<v1::AccessService::Stub> access_stub_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_OPERATOR_TEST_SUPPORT_H_
