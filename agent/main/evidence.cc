#include "agent/main/evidence.h"

#include <spdlog/spdlog.h>

#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "agent/bundle/capture.h"
#include "agent/main/process.h"
#include "agent/main/version.h"
#include "common/digest.h"

namespace muster::agent {
namespace {

namespace fs = std::filesystem;
constexpr char kFileName[] = "evidence.zip";
constexpr uint64_t kMaxLogBytes = 64 * 1024 * 1024;
constexpr absl::Duration kSendPatience = absl::Hours(1);
constexpr size_t kReadBytes = 256 * 1024;

// Size and digest of the file.
absl::Status DescribeFile(const fs::path& file, v1::EvidenceHeader& header) {
  std::ifstream in(file, std::ios::binary);
  Sha256Stream digest;
  uint64_t size = 0;
  std::string buffer(kReadBytes, '\0');
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    digest.Update({buffer.data(), static_cast<size_t>(in.gcount())});
    size += static_cast<uint64_t>(in.gcount());
  }
  if (!in.eof()) return absl::InternalError("the evidence could not be read from its file");
  header.set_size(size);
  header.set_sha256(digest.Finish().ToBytes());
  return absl::OkStatus();
}

}  // namespace

absl::Status SendEvidence(const Installation& installation, const sync::GatewayAddress& address,
                          bool mask, const std::string& campaign, const fs::path& folder) {
  const fs::path file = folder / kFileName;
  std::error_code error;
  if (!fs::exists(file, error)) {
    const BackgroundWork background;
    bundle::CaptureOptions options;
    options.mask = mask;
    options.max_log_bytes = kMaxLogBytes;
    options.agent_version = std::string(kVersion);
    options.installation = installation.label;
    auto captured = bundle::Capture(*installation.host, installation.system.get(), file, options);
    if (!captured.ok()) return captured.status();
    spdlog::info("{}: evidence of {} files is captured", campaign, captured->files_size());
  }
  v1::EvidenceHeader header;
  header.set_campaign(campaign);
  header.set_masked(mask);
  if (absl::Status described = DescribeFile(file, header); !described.ok()) return described;
  absl::Status sent = sync::UploadEvidence(address, header, file, kSendPatience);
  // A file that came out different on the way is sent anew, and so is one that took too long.
  if (absl::IsDataLoss(sent) || absl::IsDeadlineExceeded(sent) || absl::IsAborted(sent)) {
    return absl::UnavailableError(sent.message());
  }
  return sent;
}

}  // namespace muster::agent
