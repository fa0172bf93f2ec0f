// SPDX-License-Identifier: Apache-2.0
#include "profiler/stack/walk.h"

#include <limits>

#include "profiler/base/dcheck.h"

namespace bucketprof::stack {
namespace {

constexpr std::int32_t kWord = sizeof(std::uint64_t);

/// One walk. It reads each word once, when the word is needed.
class Walker {
 public:
  Walker(const Anchor& anchor, const Bounds& bounds, Trace& trace) noexcept
      : start_(anchor.stack_pointer),
        high_(bounds.hold(anchor.stack_pointer) ? bounds.high : std::numeric_limits<std::uintptr_t>::max()),
        trace_(trace),
        stack_pointer_(anchor.stack_pointer),
        frame_pointer_at_(anchor.stack_pointer + static_cast<std::uintptr_t>(Anchor::kSavedFramePointer)) {
    trace_.depth = 0;
    trace_.reads = 0;
    trace_.truncated = false;
  }

  BUCKETPROF_READS_STACK bool run(std::uintptr_t return_address, Rules& rules) noexcept {
    std::uintptr_t pc = return_address;
    while (pc != 0) {
      if (trace_.depth == kMaxFrames) {
        trace_.truncated = true;
        return true;
      }
      trace_.frames[trace_.depth++] = pc;
      const Rule rule = rules.at(pc);
      if (rule.kind == Rule::Kind::kLast) return true;
      if (rule.kind != Rule::Kind::kStep || !step(rule, pc)) return false;
    }
    return true;
  }

 private:
  BUCKETPROF_READS_STACK bool read(std::uintptr_t address, std::uint64_t& value) noexcept {
    const auto offset = static_cast<std::int64_t>(address - start_);
    if (address % sizeof(std::uint64_t) != 0 || offset < Anchor::kSavedFramePointer ||
        offset > std::numeric_limits<std::int32_t>::max() || address > high_ - sizeof(std::uint64_t)) {
      return false;
    }
    value = *reinterpret_cast<const std::uint64_t*>(address);
    BUCKETPROF_DCHECK(trace_.reads < Trace::kMaxReads);
    trace_.values[trace_.reads] = value;
    trace_.offsets[trace_.reads++] = static_cast<std::int32_t>(offset);
    return true;
  }
  /// The current frame's rbp, read from where it was last saved unless it has been read already.
  BUCKETPROF_READS_STACK bool frame_pointer(std::uintptr_t& value) noexcept {
    if (frame_pointer_at_ != 0 && !read(frame_pointer_at_, frame_pointer_)) return false;
    frame_pointer_at_ = 0;
    value = frame_pointer_;
    return true;
  }

  BUCKETPROF_READS_STACK bool step(const Rule& rule, std::uintptr_t& pc) noexcept {
    const auto plus = [](std::uintptr_t base, std::int32_t offset) {
      return base + static_cast<std::uintptr_t>(static_cast<std::intptr_t>(offset));
    };
    std::uintptr_t base = stack_pointer_;
    const bool from_frame = rule.cfa != Rule::Cfa::kStackPointer || rule.saved == Rule::Saved::kAtFramePointer;
    std::uintptr_t frame = 0;
    if (from_frame && !frame_pointer(frame)) return false;
    if (rule.cfa != Rule::Cfa::kStackPointer) base = frame;
    std::uintptr_t cfa = plus(base, rule.cfa_offset);
    if (rule.cfa == Rule::Cfa::kThroughFramePointer && !read(cfa, cfa)) return false;
    if (cfa <= stack_pointer_ || !read(cfa - sizeof(std::uint64_t), pc)) return false;  // callers' frames lie above
    if (rule.saved == Rule::Saved::kAtCfa) frame_pointer_at_ = plus(cfa, rule.saved_offset);
    if (rule.saved == Rule::Saved::kAtFramePointer) frame_pointer_at_ = plus(frame, rule.saved_offset);
    stack_pointer_ = cfa;
    return true;
  }

  const std::uintptr_t start_;
  const std::uintptr_t high_;
  Trace& trace_;
  std::uintptr_t stack_pointer_;
  std::uintptr_t frame_pointer_at_;  // where the current frame's rbp was saved; 0: already read
  std::uintptr_t frame_pointer_ = 0;
};

}  // namespace

BUCKETPROF_READS_STACK bool walk(const Anchor& anchor, const Bounds& bounds, Rules& rules, Trace& trace) noexcept {
  if (anchor.stack_pointer == 0) return false;
  // Check the layout that the walk assumes for the anchor's frame, in case a compiler uses another one.
  const auto* const top = reinterpret_cast<const std::uintptr_t*>(anchor.stack_pointer);
  if (top[Anchor::kReturnAddress / kWord] != anchor.return_address) return false;
  return Walker(anchor, bounds, trace).run(anchor.return_address, rules);
}

}  // namespace bucketprof::stack
