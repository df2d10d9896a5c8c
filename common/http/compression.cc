#include "common/http/compression.h"

#include <zlib.h>

#include <new>

namespace muster::http {
namespace {

// JSON shrinks to a tenth at any level: the cheap end costs a third of the time of the default.
constexpr int kLevel = 3;
constexpr int kGzipWindow = MAX_WBITS + 16;  // zlib.h: 16 more asks for a gzip header
constexpr int kMemoryLevel = 8;

}  // namespace

struct GzipStream::State {
  z_stream stream = {};
};

GzipStream::GzipStream() : state_(std::make_unique<State>()) {
  if (deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();  // its only way to fail with these parameters
  }
}

GzipStream::~GzipStream() { deflateEnd(&state_->stream); }

static std::string Deflate(z_stream& stream, std::string_view data, int flush) {
  std::string out;
  char piece[16 * 1024];
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof(piece);
    deflate(&stream, flush);
    out.append(piece, sizeof(piece) - stream.avail_out);
  } while (stream.avail_out == 0);
  return out;
}

std::string GzipStream::Write(std::string_view data) {
  return Deflate(state_->stream, data, Z_NO_FLUSH);
}

std::string GzipStream::Finish() { return Deflate(state_->stream, {}, Z_FINISH); }

std::string Gzip(std::string_view data) {
  GzipStream stream;
  std::string out = stream.Write(data);
  return out += stream.Finish();
}

}  // namespace muster::http
