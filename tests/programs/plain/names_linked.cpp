// SPDX-License-Identifier: Apache-2.0
//
// A program without a recorder that is linked with a shared library that has one (linked.cpp).
#include <cstdio>

extern "C" int fill_linked(int entries);

int main() { std::printf("%d\n", fill_linked(100)); }
