// SPDX-License-Identifier: Apache-2.0
//
// The order of a sample's labels. It is fixed so that equal label sets compare equal.
#pragma once

#include <algorithm>
#include <span>

#include "profiler/model/profile.h"

namespace bucketprof::model {

/// String labels before number labels, each in ascending order of key text. This is also the order in which pprof
/// itself writes them.
[[nodiscard]] inline bool label_before(const Profile& profile, const Label& a, const Label& b) {
  if (a.is_number != b.is_number) return b.is_number;
  return a.key != b.key && profile.str(a.key) < profile.str(b.key);
}

/// Labels with the same key keep their order.
inline void sort_labels(const Profile& profile, std::span<Label> labels) {
  const auto before = [&profile](const Label& a, const Label& b) { return label_before(profile, a, b); };
  if (!std::is_sorted(labels.begin(), labels.end(), before)) std::stable_sort(labels.begin(), labels.end(), before);
}

}  // namespace bucketprof::model
