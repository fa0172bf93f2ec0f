// SPDX-License-Identifier: Apache-2.0
//
// The bytes of a block, of which it may not be possible to read all. Who looks at a block decides how it is read: in
// place, or copied by the kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bucketprof::layout {

class BlockBytes {
 public:
  /// The most bytes that can be read at once.
  static constexpr std::size_t kAtOnce = std::size_t{16} << 10U;

  BlockBytes(const BlockBytes&) = delete;
  BlockBytes& operator=(const BlockBytes&) = delete;

  /// Of the block, as requested by the program.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Where the block lies in the profiled program: some layouts align what is in it.
  [[nodiscard]] std::uintptr_t address() const noexcept { return address_; }

  /// `bytes` bytes from `offset` on, at most kAtOnce; nullptr if they are not in the block or cannot be read. Valid
  /// until the next call. Any alignment.
  [[nodiscard]] const std::byte* read(std::size_t offset, std::size_t bytes) noexcept {
    if (bytes > kAtOnce || offset > size_ || bytes > size_ - offset) return nullptr;
    return get(offset, bytes);
  }

 protected:
  BlockBytes(std::uintptr_t address, std::size_t size) noexcept : address_(address), size_(size) {}
  ~BlockBytes() = default;

 private:
  virtual const std::byte* get(std::size_t offset, std::size_t bytes) noexcept = 0;

  std::uintptr_t address_;
  std::size_t size_;
};

/// Bytes that can all be read in place.
class ReadableBytes final : public BlockBytes {
 public:
  explicit ReadableBytes(std::span<const std::byte> block) noexcept
      : BlockBytes(reinterpret_cast<std::uintptr_t>(block.data()), block.size()), block_(block) {}
  /// A copy of a block that was at `address`.
  ReadableBytes(std::span<const std::byte> block, std::uintptr_t address) noexcept
      : BlockBytes(address, block.size()), block_(block) {}

 private:
  const std::byte* get(std::size_t offset, std::size_t) noexcept override { return block_.data() + offset; }

  std::span<const std::byte> block_;
};

}  // namespace bucketprof::layout
