#include "server/identity/authority_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"

namespace muster::identity {
namespace {

using std::filesystem::path;

constexpr size_t kMaxPemBytes = 16 * 1024;

absl::Status Errno(absl::string_view doing, const path& file) {
  int error = errno;
  return absl::ErrnoToStatus(error, absl::StrCat(doing, " ", file.string()));
}

absl::Status InContext(const absl::Status& status, const path& file, absl::string_view advice) {
  return absl::Status(status.code(),
                      absl::StrCat(file.string(), ": ", status.message(), "; ", advice));
}

// Opens the directory, made where it is not there yet, and locks it until the descriptor is closed.
absl::StatusOr<int> LockDirectory(const path& directory) {
  std::error_code error;
  if (directory.has_parent_path())
    std::filesystem::create_directories(directory.parent_path(), error);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Errno("creating the directory of the server's keys", directory);
  }
  int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Errno("opening the directory of the server's keys", directory);
  absl::Cleanup close_it = [fd] { close(fd); };
  struct stat info {};
  if (fstat(fd, &info) != 0) return Errno("reading the mode of", directory);
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        directory.string(), " holds the server's keys and others may write to it: chmod 700 ",
        directory.string()));
  }
  if (flock(fd, LOCK_EX) != 0) return Errno("locking", directory);
  std::move(close_it).Cancel();
  return fd;
}

// A file of ours that nobody else may read; NOT_FOUND where it is absent.
absl::StatusOr<std::string> ReadSecret(const path& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) return Errno("reading the mode of", file);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(file.string(), " holds a private key and others may read it: chmod 600 ",
                     file.string(), ", and ask yourself who has"));
  }
  return ReadSmallFile(file, kMaxPemBytes);
}

absl::StatusOr<pki::Authority> LoadOrCreateAuthority(const path& file, absl::Time now,
                                                     absl::Duration lifetime) {
  auto text = ReadSecret(file);
  if (absl::IsNotFound(text.status())) {
    pki::Authority made = pki::Authority::Create("Muster certificate authority", now, lifetime);
    auto written = ReplaceFileContent(file, absl::StrCat(made.key_pem(), made.certificate_pem()),
                                      FileMode::kPrivate);
    if (!written.ok()) return written;
    return made;
  }
  if (!text.ok()) return text.status();
  auto authority = pki::Authority::FromPem(*text, *text);
  if (!authority.ok()) {
    return InContext(
        authority.status(), file,
        "restore it from a backup: every enrolled machine trusts this authority alone");
  }
  return authority;
}

struct ServerKey {
  std::string key_pem;
  std::string certificate_pem;
  absl::Time expires_at;
};

// The stored server certificate, where it still serves.
absl::StatusOr<ServerKey> UsableServerKey(const std::string& text, const pki::Authority& authority,
                                          const std::vector<std::string>& names, absl::Time now) {
  auto key = pki::PrivateKey::FromPem(text);
  if (!key.ok()) return key.status();
  auto info = pki::ReadCertificate(text);
  if (!info.ok()) return info.status();
  absl::Time half = info->not_before + (info->not_after - info->not_before) / 2;
  bool usable = info->public_key == key->PublicKeyDigest() && authority.HasIssued(text) &&
                info->not_before <= now && now < half && info->names == names;
  if (!usable) return absl::FailedPreconditionError("to be renewed");
  auto der = pki::CertificatePemToDer(text);
  if (!der.ok()) return der.status();
  auto pem = pki::CertificateDerToPem(*der);
  if (!pem.ok()) return pem.status();
  return ServerKey{key->ToPem(), *std::move(pem), info->not_after};
}

absl::StatusOr<ServerKey> LoadOrIssueServerKey(const path& file, const pki::Authority& authority,
                                               const std::vector<std::string>& names,
                                               absl::Time now, absl::Duration lifetime) {
  auto text = ReadSecret(file);
  if (!text.ok() && !absl::IsNotFound(text.status())) return text.status();
  if (text.ok()) {
    auto usable = UsableServerKey(*text, authority, names, now);
    if (usable.ok()) return usable;
  }
  // A damaged one is replaced as an old one is: unlike the authority, nobody remembers it.
  pki::PrivateKey key = pki::PrivateKey::Generate();
  auto certificate = authority.IssueServer(key, names, now, lifetime);
  if (!certificate.ok()) return certificate.status();
  std::string key_pem = key.ToPem();
  auto written = ReplaceFileContent(file, absl::StrCat(key_pem, *certificate), FileMode::kPrivate);
  if (!written.ok()) return written;
  auto info = pki::ReadCertificate(*certificate);
  if (!info.ok()) return info.status();
  return ServerKey{std::move(key_pem), *std::move(certificate), info->not_after};
}

}  // namespace

absl::StatusOr<AuthorityFiles> LoadOrCreateAuthorityFiles(const path& directory,
                                                          const std::vector<std::string>& names,
                                                          absl::Time now,
                                                          AuthorityFilesOptions options) {
  auto lock = LockDirectory(directory);
  if (!lock.ok()) return lock.status();
  absl::Cleanup unlock = [fd = *lock] { close(fd); };

  auto authority =
      LoadOrCreateAuthority(directory / "authority.secret.pem", now, options.authority_lifetime);
  if (!authority.ok()) return authority.status();
  path public_file = directory / "authority.pem";
  auto published = ReadSmallFile(public_file, kMaxPemBytes);
  if (!published.ok() || *published != authority->certificate_pem()) {
    auto written =
        ReplaceFileContent(public_file, authority->certificate_pem(), FileMode::kPrivate);
    if (!written.ok()) return written;
  }
  auto server = LoadOrIssueServerKey(directory / "server.secret.pem", *authority,
                                     pki::CanonicalNames(names), now, options.server_lifetime);
  if (!server.ok()) return server.status();
  auto info = pki::ReadCertificate(authority->certificate_pem());
  if (!info.ok()) return info.status();
  return AuthorityFiles{
      *std::move(authority), std::move(server->key_pem), std::move(server->certificate_pem),
      info->not_after,       server->expires_at,         std::move(public_file)};
}

}  // namespace muster::identity
