// A store, and a sender that is quick to try again, for the tests of this folder.
#ifndef MUSTER_SERVER_NOTIFICATION_SENDER_FIXTURE_H_
#define MUSTER_SERVER_NOTIFICATION_SENDER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "server/notification/fake_store.h"
#include "server/notification/sender.h"

namespace muster::notification {

class SenderFixture : public ::testing::Test {
 protected:
  SenderFixture() {
    options_.timeout = absl::Seconds(10);
    options_.first_pause = absl::Milliseconds(2);
    options_.max_pause = absl::Milliseconds(20);
    options_.poll_interval = absl::Milliseconds(10);
  }

  void Start() { sender_ = std::make_unique<Sender>(store_, options_, absl::Now); }
  // How long the destructor took.
  absl::Duration Stop() {
    const absl::Time begin = absl::Now();
    sender_.reset();
    return absl::Now() - begin;
  }

  static Delivery Webhook(int64_t id, const std::string& url) {
    Delivery delivery;
    delivery.id = id;
    delivery.event = "campaign.paused";
    delivery.json = R"({"campaign":"kb5034439"})";
    delivery.channel = {"channels/1", Channel::Kind::kWebhook, url, "whsec"};
    delivery.created_at = absl::Now();
    return delivery;
  }
  static Delivery Mail(int64_t id, const std::string& address) {
    Delivery delivery = Webhook(id, address);
    delivery.subject = "Campaign paused";
    delivery.text = "Three machines failed.";
    delivery.channel.kind = Channel::Kind::kEmail;
    return delivery;
  }

  FakeStore store_;
  SenderOptions options_;
  std::unique_ptr<Sender> sender_;
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_SENDER_FIXTURE_H_
