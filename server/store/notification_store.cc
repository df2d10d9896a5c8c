#include "server/store/notification_store.h"

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/database_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using notification::Channel;
using notification::Delivery;

// Whoever takes them has them until the lease ends; servers pass over each other's.
constexpr char kTakeDue[] = R"(
  WITH due AS (
    SELECT id FROM notifications
    WHERE sent_at IS NULL AND given_up_at IS NULL AND next_try <= $1::timestamptz
    ORDER BY next_try, id LIMIT $3 FOR UPDATE SKIP LOCKED)
  UPDATE notifications n SET next_try = $2::timestamptz
  FROM due, notification_channels c WHERE n.id = due.id AND c.id = n.channel_id
  RETURNING n.id, n.event, n.subject, n.body, n.json, n.attempts, micros(n.created_at), c.id, c.kind,
    c.address, c.secret)";
constexpr char kSent[] =
    "UPDATE notifications SET sent_at = $2::timestamptz, error = $3 WHERE id = $1";
constexpr char kFailed[] = R"(
  UPDATE notifications SET attempts = attempts + 1, next_try = $2::timestamptz, error = $3
  WHERE id = $1)";
constexpr char kGivenUp[] =
    "UPDATE notifications SET given_up_at = $2::timestamptz, error = $3 WHERE id = $1";
constexpr char kPut[] = R"(
  INSERT INTO notification_channels (id, kind, address, secret, created_by, created_at)
  VALUES ($1, $2, $3, $4, $5, $6::timestamptz))";
constexpr char kList[] = R"(
  SELECT c.id, c.kind, c.address, c.created_by, micros(c.created_at),
    count(n.id) FILTER (WHERE n.sent_at IS NULL AND n.given_up_at IS NULL),
    coalesce((SELECT e.error FROM notifications e WHERE e.channel_id = c.id AND e.error <> ''
              ORDER BY e.id DESC LIMIT 1), '')
  FROM notification_channels c LEFT JOIN notifications n ON n.channel_id = c.id
  GROUP BY c.id ORDER BY c.created_at, c.id)";

}  // namespace

absl::StatusOr<std::vector<Delivery>> NotificationStore::TakeDue(absl::Time now,
                                                                 absl::Duration lease, int limit) {
  std::vector<Delivery> deliveries;
  const absl::Status status =
      database_->Run("looking for notifications", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row :
             transaction.exec_params(kTakeDue, TimeParam(now), TimeParam(now + lease), limit)) {
          Delivery& delivery = deliveries.emplace_back();
          delivery.id = row[0].as<int64_t>();
          delivery.event = row[1].c_str();
          delivery.subject = row[2].c_str();
          delivery.text = row[3].c_str();
          delivery.json = row[4].c_str();
          delivery.attempts = row[5].as<int>();
          delivery.created_at = ReadTime(row[6]);
          delivery.channel = {row[7].c_str(), static_cast<Channel::Kind>(row[8].as<int>()),
                              row[9].c_str(), row[10].c_str()};
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return deliveries;
}

absl::Status NotificationStore::Mark(const char* statement, int64_t id, const std::string& error,
                                     absl::Time time) {
  return database_->Run("noting a notification", [&](pqxx::transaction_base& transaction) {
    const pqxx::result marked =
        transaction.exec_params(statement, id, TimeParam(time), StorableText(error));
    return marked.affected_rows() > 0 ? absl::OkStatus()
                                      : absl::NotFoundError("the notification is gone");
  });
}

absl::Status NotificationStore::MarkSent(int64_t id, absl::Time now) {
  return Mark(kSent, id, "", now);
}

absl::Status NotificationStore::MarkFailed(int64_t id, const std::string& error,
                                           absl::Time next_try) {
  return Mark(kFailed, id, error, next_try);
}

absl::Status NotificationStore::MarkGivenUp(int64_t id, const std::string& error, absl::Time now) {
  return Mark(kGivenUp, id, error, now);
}

absl::Status NotificationStore::PutChannel(const Channel& channel, const std::string& by,
                                           absl::Time now) {
  return database_->Run("storing a channel", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kPut, channel.id, static_cast<int>(channel.kind),
                             StorableText(channel.address, 4'096), channel.secret, StorableText(by),
                             TimeParam(now));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<v1::NotificationChannel>> NotificationStore::ListChannels() {
  std::vector<v1::NotificationChannel> channels;
  const absl::Status status =
      database_->Run("listing channels", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(kList)) {
          v1::NotificationChannel& channel = channels.emplace_back();
          channel.set_name(absl::StrCat("notificationChannels/", row[0].c_str()));
          if (static_cast<Channel::Kind>(row[1].as<int>()) == Channel::Kind::kWebhook) {
            channel.set_webhook_url(row[2].c_str());
          } else {
            channel.set_mail_address(row[2].c_str());
          }
          channel.set_created_by(row[3].c_str());
          *channel.mutable_create_time() = ToProto(ReadTime(row[4]));
          channel.set_waiting(row[5].as<int64_t>());
          channel.set_last_error(row[6].c_str());
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return channels;
}

absl::Status NotificationStore::DeleteChannel(const std::string& id) {
  return database_->Run("removing a channel", [&](pqxx::transaction_base& transaction) {
    const pqxx::result gone = transaction.exec_params(
        "DELETE FROM notification_channels WHERE id = $1", StorableText(id));
    return gone.affected_rows() > 0 ? absl::OkStatus()
                                    : absl::NotFoundError(absl::StrCat("there is no channel ", id));
  });
}

}  // namespace muster::store
