// SPDX-License-Identifier: Apache-2.0
#include "profiler/report/format/finding_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <variant>

#include "profiler/base/cxx_name.h"
#include "profiler/base/grouped.h"
#include "profiler/report/format/units.h"

namespace bucketprof::report {
namespace {

using findings::FindingId;

constexpr double kMost = 0x1p62;  // upper limit of a count

std::string count_text(double number) { return grouped(std::llround(std::min(number, kMost))); }
std::string count_text(std::uint64_t number) { return count_text(static_cast<double>(number)); }

/// "1 table", "12 tables"
std::string tables_text(double tables) {
  return count_text(tables) + (std::llround(tables) == 1 ? " table" : " tables");
}

/// "1 table, whose array takes 100 entries,". What an array takes is rarely what was asked for, so it is said so.
std::string with_arrays(double tables, std::uint64_t most, std::string_view array = "array") {
  return std::llround(tables) == 1
             ? fmt::format("1 table, whose {} takes {} entries,", array, count_text(most))
             : fmt::format("{}, whose {}s take up to {} entries,", tables_text(tables), array, count_text(most));
}

/// When what was seen in arrays was so. Before that they may have held more.
std::string_view when_seen(double tables) {
  return std::llround(tables) == 1 ? "when it was freed or at the end" : "when they were freed or at the end";
}

/// `seen`: arrays were looked at, and nobody counted what they held before; so of the next ones.
std::string sentence(const findings::OverPreallocated& over, bool seen) {
  const std::string arrays = with_arrays(over.tables, over.hint);
  if (seen) {
    const std::string_view at_most = std::llround(over.tables) == 1 ? "" : "at most ";
    return over.filled ? fmt::format("{} held {} at most, but {} on average, {}", arrays, count_text(over.held),
                                     count_text(over.mean), when_seen(over.tables))
                       : fmt::format("{} held {}{} {}", arrays, at_most, count_text(over.held), when_seen(over.tables));
  }
  if (over.nodes > 0 && std::llround(over.tables) != 1) {
    return fmt::format("{} held at most {} on average: at most {} ever came to all of them", arrays,
                       count_text(std::ceil(over.mean)), count_text(over.nodes));
  }
  return over.filled ? fmt::format("{} held {} at most, but {} on average", arrays, count_text(over.held),
                                   count_text(over.mean))
                     : fmt::format("{} never held more than {}", arrays, count_text(over.held));
}

std::string sentence(const findings::NeverUsed& never, bool seen) {
  const std::string arrays = with_arrays(never.tables, never.hint);
  if (seen && std::llround(never.tables) == 1) return fmt::format("{} had none {}", arrays, when_seen(1));
  if (seen) return fmt::format("{} of {} had none {}", count_text(never.unused), arrays, when_seen(never.tables));
  return std::llround(never.tables) == 1 ? arrays + " never held one"
                                         : fmt::format("{} of {} never held one", count_text(never.unused), arrays);
}

std::string sentence(const findings::GrownInSteps& grown, bool seen) {
  const std::string tables =
      grown.hint > 0 ? with_arrays(grown.tables, grown.hint, "first array") : tables_text(grown.tables);
  if (grown.unexpected > 0) {
    return fmt::format("{} got {} entries at other lines and {} more here, and grew {} times", tables,
                       count_text(grown.expected), count_text(grown.unexpected), count_text(grown.growths));
  }
  const std::string times = count_text(grown.growths) + (std::llround(grown.growths) == 1 ? " time" : " times");
  const std::string held = (seen ? "at least " : grown.held_is_known ? "" : "at most ") + count_text(grown.held);
  if (grown.grown_here) return fmt::format("{} grew {} at this line, to {} entries", tables, times, held);
  return fmt::format("{} {} {} on the way to {} entries and moved {} entries doing so", tables,
                     grown.only_grows ? "only ever grew," : "grew", times, held, count_text(grown.moved));
}

std::string sentence(const findings::Emptied& emptied, bool seen) {
  return fmt::format("{} held {} {} entries, {} {} left, and the array is kept", tables_text(emptied.tables),
                     seen ? "at least" : "up to", count_text(emptied.most), count_text(emptied.left),
                     std::llround(emptied.tables) == 1 ? "are" : "each are");
}

std::string sentence(const findings::OverflowHeavy& heavy) {
  return fmt::format("{:.0f} % of the bytes are overflow buckets, where a good hash has {:.0f} %: keys collide",
                     heavy.percent, heavy.percent_good);
}

std::string sentence(const findings::SameSizeGrowth& grown) {
  return fmt::format("rewritten at the same size {} times: entries come and go in a table that is nearly full",
                     count_text(grown.arrays));
}

std::string sentence(const findings::ManyTinyTables& tiny) {
  return fmt::format("{} {}of {:.1f} entries on average take {:.0f} bytes an entry of {:.0f}", tables_text(tiny.tables),
                     tiny.in_use ? "in use " : "", tiny.entries, tiny.bytes, tiny.entry_bytes);
}

std::string sentence(const findings::Copied& copied) {
  const double kept = copied.copies - copied.gone;
  return fmt::format("tables were copied {} times, and {} in use at the moment of the profile",
                     count_text(copied.copies),
                     std::llround(kept) < 1    ? "no copy was"
                     : std::llround(kept) == 1 ? "1 copy was"
                                               : count_text(kept) + " copies were");
}

std::string sentence(const findings::Tombstones& full, bool seen) {
  return fmt::format(
      "{} {} {} entries, and yet took another array of twice the slots: erased entries had used up the room",
      with_arrays(full.tables, full.takes), seen ? "held at most" : "never held more than", count_text(full.held));
}

std::string sentence(const findings::LargeEntries& large) {
  return fmt::format(
      "the arrays take {} for entries of {:.0f} bytes: free slots cost as much as entries, and with nodes "
      "the same entries take {}",
      human_bytes(std::llround(large.bytes)), large.entry_bytes, human_bytes(std::llround(large.needed)));
}

}  // namespace

std::string table_of(std::string_view table, std::string_view kind) {
  return kind.empty() ? std::string(table) : fmt::format("{} ({})", table, kind);
}

std::string tables_of(const findings::Finding& finding) {
  std::string text = finding.tables.empty() ? "" : finding.tables.front();
  if (finding.tables.size() > 1) {
    text += fmt::format(" and {} other{}", finding.tables.size() - 1, finding.tables.size() > 2 ? "s" : "");
  }
  return table_of(text, finding.kind);
}

std::string place_of(const recognize::Frame& site) {
  const std::string function = qualified_name(site.function);
  return site.file.empty() ? function : fmt::format("{}:{} {}", site.file, site.line, function);
}

std::string sentence_of(const findings::Finding& finding) {
  const bool seen = finding.basis == findings::Basis::kSeen;
  std::string text = std::visit(
      [seen](const auto& problem) {
        if constexpr (requires { sentence(problem, seen); }) {
          return sentence(problem, seen);
        } else {
          return sentence(problem);
        }
      },
      finding.problem);
  if (finding.is_note) text += ", once: the normal price of not knowing how many come";
  return text;
}

std::string advice_of(const std::optional<findings::Advice>& advice) {
  if (!advice) return "";
  const std::uint64_t reserve = advice->reserve.value_or(0);
  const std::string unless = advice->is_seen ? "unless entries were erased before: " : "";
  switch (advice->id) {
    case FindingId::kOverPreallocated:
      return unless + (advice->reserve ? fmt::format("reserve({}) here", reserve)
                                       : "do not reserve here: tables without one allocate less");
    case FindingId::kNeverUsed:
      return unless + "do not reserve here, or not before the first entry comes";
    case FindingId::kGrownInSteps:
      if (!advice->unexpected.empty()) {
        return fmt::format(
            "see that this line means to insert: operator[] does for each key that is not there, find() "
            "does not; if it does, reserve({}) at {}",
            reserve, advice->unexpected);
      }
      if (advice->only_grows) {
        return fmt::format(
            "if it is a cache, give it a bound; if its entries are all to stay, reserve({}) before the first insert",
            reserve);
      }
      return std::string(advice->is_untold ? "see that it has about as many, as it also grows while it is nearly "
                                             "empty if keys collide; if it has, "
                                           : "") +
             fmt::format("reserve({}) {}", reserve, advice->hint > 0 ? "here" : "before the first insert");
    case FindingId::kEmptied:
      return "after emptying it, move what is left into a fresh table and swap: erase() and clear() keep the array";
    case FindingId::kOverflowHeavy:
      return "use a hash that spreads these keys over all 64 bits";
    case FindingId::kSameSizeGrowth:
      return fmt::format("reserve({}){}: at half the load, chains hardly fill up", reserve,
                         advice->reserve_at.empty() ? "" : " at " + advice->reserve_at);
    case FindingId::kManyTinyTables:
      return "one table with a composite key, or a sorted vector in place of each";
    case FindingId::kCopied:
      return "take it by reference, or move it, unless the copy is changed";
    case FindingId::kLargeEntries:
      return "a table with nodes (node_hash_map, unordered_node_map), or pointers as values, if one more access is no "
             "matter";
    case FindingId::kTombstones:
      return fmt::format("reserve({}) here: an array that is not nearly full is cleared of erased entries in place",
                         reserve);
  }
  return "";
}

std::string savings_of(const findings::Finding& finding) {
  std::string text;
  if (finding.basis != findings::Basis::kCounted) text = fmt::format("{}: ", name_of(finding.basis));
  text += human_bytes(finding.avoidable);
  if (finding.confidence != findings::Confidence::kExact) {
    text += fmt::format(" +- {} (confidence {})", human_bytes(finding.error), name_of(finding.confidence));
  }
  if (finding.of_inuse) return text + " of what is in use at the moment";
  text += " of what the run allocates";
  if (finding.avoidable_inuse > 0)
    text += fmt::format(", {} in use at the moment", human_bytes(finding.avoidable_inuse));
  return text;
}

}  // namespace bucketprof::report
