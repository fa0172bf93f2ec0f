// SPDX-License-Identifier: Apache-2.0
//
// gzip in memory. The writer takes its input in pieces, so that the uncompressed data is never in memory as a whole.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "profiler/base/result.h"

namespace bucketprof::pprof {

/// Whether `bytes` begins with the magic number of gzip.
[[nodiscard]] bool is_gzip(std::string_view bytes);

/// The content of a gzip file of one or more members. Errors: truncated, corrupt or followed by other data, or the
/// content is larger than `max_bytes`. Throws std::bad_alloc when memory is short.
[[nodiscard]] Result<std::string> gunzip(std::string_view bytes, std::uint64_t max_bytes);

/// Compresses the appended bytes into one gzip member without a time or a file name, so the same input gives the same
/// bytes. Throws std::bad_alloc when memory is short, nothing else.
class GzipWriter {
 public:
  GzipWriter();
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  void append(std::string_view bytes);
  [[nodiscard]] std::string finish() &&;

 private:
  void run(std::string_view bytes, int flush);

  struct Stream;
  std::unique_ptr<Stream> stream_;
  std::string out_;
};

}  // namespace bucketprof::pprof
