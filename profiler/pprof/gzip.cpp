// SPDX-License-Identifier: Apache-2.0
//
// Compression and decompression with zlib. Decompression grows its output by the bytes really produced, never by a size
// that the data claims. Thread-compatible.
#include "profiler/pprof/gzip.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <zlib.h>

namespace bucketprof::pprof {
namespace {

constexpr int kGzipOnly = MAX_WBITS + 16;                  // zlib: + 16 means gzip header and trailer
constexpr int kMemoryLevel = 8;                            // zlib's default
constexpr std::size_t kGzipChunk = std::size_t{16} << 10;  // on the host's stack

// zlib counts its input in 32 bits.
constexpr std::size_t kMaxPiece = std::numeric_limits<uInt>::max();

Bytef* input(std::string_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // zlib does not write to it
}

// The writer's tables are mapped from the kernel and unmapped again: if four blocks of 64 KiB were freed to the host's
// allocator, it might scan all that the host's thread has freed. Each block is preceded by its length.
constexpr std::size_t kLengthRoom = 64;  // so that what follows starts a cache line

void* take_pages(void*, uInt count, uInt bytes) {
  const std::size_t length = kLengthRoom + std::size_t{count} * bytes;
  void* const pages = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (pages == MAP_FAILED) return nullptr;
  std::memcpy(pages, &length, sizeof(length));
  return static_cast<std::byte*>(pages) + kLengthRoom;
}
void give_pages(void*, void* block) {
  void* const pages = static_cast<std::byte*>(block) - kLengthRoom;
  std::size_t length = 0;
  std::memcpy(&length, pages, sizeof(length));
  munmap(pages, length);
}

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&z_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&z_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream* operator->() { return &z_; }
  z_stream* get() { return &z_; }

 private:
  z_stream z_{};
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

Result<std::string> gunzip(std::string_view bytes, std::uint64_t max_bytes) {
  Inflater z;
  std::string out;
  std::array<char, kGzipChunk> chunk;
  std::string_view rest = bytes;
  for (;;) {
    z->next_in = input(rest);
    z->avail_in = static_cast<uInt>(std::min(rest.size(), kMaxPiece));
    z->next_out = reinterpret_cast<Bytef*>(chunk.data());
    z->avail_out = static_cast<uInt>(chunk.size());
    const std::size_t given = z->avail_in;
    const int result = inflate(z.get(), Z_NO_FLUSH);
    rest.remove_prefix(given - z->avail_in);
    const std::size_t produced = chunk.size() - z->avail_out;
    if (produced > max_bytes - out.size()) {
      return Error{fmt::format("the gzip data holds more than the limit of {} bytes", max_bytes)};
    }
    out.append(chunk.data(), produced);
    if (result == Z_STREAM_END) {
      if (rest.empty()) return out;
      if (!is_gzip(rest)) return Error{fmt::format("{} bytes that are not gzip follow the gzip data", rest.size())};
      inflateReset(z.get());  // another gzip member
    } else if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return Error{fmt::format("the gzip data is corrupt before byte {}: {}", bytes.size() - rest.size(),
                               z->msg != nullptr ? z->msg : "needs a dictionary")};
    } else if (rest.empty() && produced == 0) {
      return Error{fmt::format("the gzip data is truncated after {} bytes", bytes.size())};
    }
  }
}

struct GzipWriter::Stream {
  z_stream z{};
};

GzipWriter::GzipWriter() : stream_(std::make_unique<Stream>()) {
  stream_->z.zalloc = &take_pages;
  stream_->z.zfree = &give_pages;
  // The fastest level: the profiled process waits for it, and profiles are mostly small varints and repeated names.
  if (deflateInit2(&stream_->z, Z_BEST_SPEED, Z_DEFLATED, kGzipOnly, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

GzipWriter::~GzipWriter() { deflateEnd(&stream_->z); }

void GzipWriter::run(std::string_view bytes, int flush) {
  z_stream& z = stream_->z;
  std::array<char, kGzipChunk> chunk;
  z.next_in = input(bytes);
  z.avail_in = static_cast<uInt>(bytes.size());
  do {
    z.next_out = reinterpret_cast<Bytef*>(chunk.data());
    z.avail_out = static_cast<uInt>(chunk.size());
    deflate(&z, flush);  // cannot fail: the state is valid and there is room
    out_.append(chunk.data(), chunk.size() - z.avail_out);
  } while (z.avail_out == 0);
}

void GzipWriter::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kMaxPiece);
    run(piece, Z_NO_FLUSH);
    bytes.remove_prefix(piece.size());
  }
}

std::string GzipWriter::finish() && {
  run({}, Z_FINISH);
  return std::move(out_);
}

}  // namespace bucketprof::pprof
