// SPDX-License-Identifier: Apache-2.0
//
// The template of src/catalogue.cpp's unnamed namespace, moved to a header.
#pragma once

#include "tests/programs/shop/src/shop.h"

namespace shop {

template <class Table, class Make>
void fill(Table& table, Number count, const Make& make) {
  for (Number id = 1; id <= count; ++id) table.emplace(id * 7919, make(id));
}

}  // namespace shop
