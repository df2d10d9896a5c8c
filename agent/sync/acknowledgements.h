// What the server has acknowledged: kept so that an agent sends changes, and each log record once.
#ifndef MUSTER_AGENT_SYNC_ACKNOWLEDGEMENTS_H_
#define MUSTER_AGENT_SYNC_ACKNOWLEDGEMENTS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/item_set.h"
#include "muster/v1/gateway.pb.h"

namespace muster::sync {

// A set by its items' digests.
struct SetList {
  Digest digest;
  std::vector<Digest> items;  // ascending
};

// Used on the loop's thread. This one forgets with the process; AcknowledgementFile does not.
class Acknowledgements {
 public:
  virtual ~Acknowledgements() = default;

  // Null: the server has acknowledged none.
  const SetList* Base(v1::SetKind kind) const;
  v1::LogPosition Position(const std::string& source) const;

  virtual absl::Status SetBase(v1::SetKind kind, std::shared_ptr<const SetList> base);
  virtual absl::Status SetPosition(const std::string& source, const v1::LogPosition& position);

 protected:
  std::map<v1::SetKind, std::shared_ptr<const SetList>> bases_;
  std::map<std::string, v1::LogPosition> positions_;
};

// Kept in files of a directory, each replaced as a whole and flushed: after a crash it is the one
// before or the one after. A file that cannot be read is as if it were not there: everything is
// sent again, which is safe.
class AcknowledgementFile : public Acknowledgements {
 public:
  // Makes the directory where it is missing.
  static absl::StatusOr<std::unique_ptr<AcknowledgementFile>> Open(const std::string& directory);

  absl::Status SetBase(v1::SetKind kind, std::shared_ptr<const SetList> base) override;
  absl::Status SetPosition(const std::string& source, const v1::LogPosition& position) override;

 private:
  explicit AcknowledgementFile(std::string directory) : directory_(std::move(directory)) {}
  void Load();

  const std::string directory_;
};

}  // namespace muster::sync

#endif  // MUSTER_AGENT_SYNC_ACKNOWLEDGEMENTS_H_
