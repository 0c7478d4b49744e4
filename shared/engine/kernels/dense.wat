;; Products of a matrix with one vector. Rows are `bytes` long, a multiple of 16, and come in groups of four.
(module
  (import "kernel" "memory" (memory 1 65536))

  ;; y = W x: `rows` is a multiple of 4.
  (func (export "multiply")
    (param $w i32) (param $x i32) (param $y i32) (param $rows i32) (param $bytes i32)
    (local $last i32) (local $at i32) (local $x4 v128)
    (local $w1 i32) (local $w2 i32) (local $w3 i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $low v128) (local $high v128)
    (local.set $last (i32.add (local.get $y) (i32.shl (local.get $rows) (i32.const 2))))
    (block $done
      (loop $four_rows
        (br_if $done (i32.ge_u (local.get $y) (local.get $last)))
        (local.set $w1 (i32.add (local.get $w) (local.get $bytes)))
        (local.set $w2 (i32.add (local.get $w1) (local.get $bytes)))
        (local.set $w3 (i32.add (local.get $w2) (local.get $bytes)))
        (local.set $s0 (v128.const f32x4 0 0 0 0))
        (local.set $s1 (v128.const f32x4 0 0 0 0))
        (local.set $s2 (v128.const f32x4 0 0 0 0))
        (local.set $s3 (v128.const f32x4 0 0 0 0))
        (local.set $at (i32.const 0))
        (loop $four_columns
          (local.set $x4 (v128.load (i32.add (local.get $x) (local.get $at))))
          (local.set $s0 (f32x4.add (local.get $s0)
            (f32x4.mul (local.get $x4) (v128.load (i32.add (local.get $w) (local.get $at))))))
          (local.set $s1 (f32x4.add (local.get $s1)
            (f32x4.mul (local.get $x4) (v128.load (i32.add (local.get $w1) (local.get $at))))))
          (local.set $s2 (f32x4.add (local.get $s2)
            (f32x4.mul (local.get $x4) (v128.load (i32.add (local.get $w2) (local.get $at))))))
          (local.set $s3 (f32x4.add (local.get $s3)
            (f32x4.mul (local.get $x4) (v128.load (i32.add (local.get $w3) (local.get $at))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $four_columns (i32.lt_u (local.get $at) (local.get $bytes))))
        ;; The four sums of four lanes each, turned so that one addition more makes the four results.
        (local.set $low (f32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $s0) (local.get $s1))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $s0) (local.get $s1))))
        (local.set $high (f32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $s2) (local.get $s3))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $s2) (local.get $s3))))
        (v128.store (local.get $y) (f32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $low) (local.get $high))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $low) (local.get $high))))
        (local.set $w (i32.add (local.get $w3) (local.get $bytes)))
        (local.set $y (i32.add (local.get $y) (i32.const 16)))
        (br $four_rows))))

  ;; y += sum_t weights[t] row t: `rows` is a multiple of 4.
  (func (export "mix")
    (param $v i32) (param $weights i32) (param $y i32) (param $rows i32) (param $bytes i32)
    (local $last i32) (local $at i32)
    (local $v1 i32) (local $v2 i32) (local $v3 i32)
    (local $p0 v128) (local $p1 v128) (local $p2 v128) (local $p3 v128)
    (local.set $last (i32.add (local.get $weights) (i32.shl (local.get $rows) (i32.const 2))))
    (block $done
      (loop $four_rows
        (br_if $done (i32.ge_u (local.get $weights) (local.get $last)))
        (local.set $v1 (i32.add (local.get $v) (local.get $bytes)))
        (local.set $v2 (i32.add (local.get $v1) (local.get $bytes)))
        (local.set $v3 (i32.add (local.get $v2) (local.get $bytes)))
        (local.set $p0 (v128.load32_splat offset=0 (local.get $weights)))
        (local.set $p1 (v128.load32_splat offset=4 (local.get $weights)))
        (local.set $p2 (v128.load32_splat offset=8 (local.get $weights)))
        (local.set $p3 (v128.load32_splat offset=12 (local.get $weights)))
        (local.set $at (i32.const 0))
        (loop $four_columns
          (v128.store (i32.add (local.get $y) (local.get $at))
            (f32x4.add
              (v128.load (i32.add (local.get $y) (local.get $at)))
              (f32x4.add
                (f32x4.add
                  (f32x4.mul (local.get $p0) (v128.load (i32.add (local.get $v) (local.get $at))))
                  (f32x4.mul (local.get $p1) (v128.load (i32.add (local.get $v1) (local.get $at)))))
                (f32x4.add
                  (f32x4.mul (local.get $p2) (v128.load (i32.add (local.get $v2) (local.get $at))))
                  (f32x4.mul (local.get $p3) (v128.load (i32.add (local.get $v3) (local.get $at))))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $four_columns (i32.lt_u (local.get $at) (local.get $bytes))))
        (local.set $v (i32.add (local.get $v3) (local.get $bytes)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (br $four_rows))))

  ;; e^x of four: x = n ln 2 + f with |f| <= ln 2 / 2, the series of e^f to f^6, and 2^n by the exponent's bits.
  ;; Right to about 2 units of the last place for x in [-87, 0]; below, e^-87.
  (func $exponential (param $x v128) (result v128)
    (local $n v128) (local $f v128)
    (local.set $x (f32x4.max (local.get $x) (v128.const f32x4 -87 -87 -87 -87)))
    (local.set $n (f32x4.nearest (f32x4.mul (local.get $x)
      (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))))
    (local.set $f (f32x4.sub
      (f32x4.sub (local.get $x) (f32x4.mul (local.get $n)
        (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375)))
      (f32x4.mul (local.get $n)
        (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
    (f32x4.mul
      (i32x4.shl
        (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $n)) (v128.const i32x4 127 127 127 127))
        (i32.const 23))
      (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.mul (local.get $f)
        (f32x4.add (v128.const f32x4 1 1 1 1) (f32x4.mul (local.get $f)
          (f32x4.add (v128.const f32x4 0.5 0.5 0.5 0.5) (f32x4.mul (local.get $f)
            (f32x4.add (v128.const f32x4 0.16666667 0.16666667 0.16666667 0.16666667) (f32x4.mul (local.get $f)
              (f32x4.add (v128.const f32x4 0.041666667 0.041666667 0.041666667 0.041666667) (f32x4.mul (local.get $f)
                (f32x4.add (v128.const f32x4 0.0083333333 0.0083333333 0.0083333333 0.0083333333)
                  (f32x4.mul (local.get $f)
                    (v128.const f32x4 0.0013888889 0.0013888889 0.0013888889 0.0013888889)))))))))))))))

  ;; x = softmax(scale x), in place: `count` is a multiple of 4.
  (func (export "softmax") (param $x i32) (param $count i32) (param $scale f32)
    (local $last i32) (local $at i32) (local $four v128) (local $shift v128) (local $total v128) (local $rate v128)
    (local.set $rate (f32x4.splat (local.get $scale)))
    (local.set $last (i32.add (local.get $x) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $at (local.get $x))
    (local.set $shift (v128.load (local.get $at)))
    (loop $largest
      (local.set $shift (f32x4.max (local.get $shift) (v128.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $largest (i32.lt_u (local.get $at) (local.get $last))))
    (local.set $shift (f32x4.max (local.get $shift)
      (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $shift) (local.get $shift))))
    (local.set $shift (f32x4.max (local.get $shift)
      (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $shift) (local.get $shift))))
    (local.set $at (local.get $x))
    (loop $exponentials
      (local.set $four (call $exponential
        (f32x4.mul (local.get $rate) (f32x4.sub (v128.load (local.get $at)) (local.get $shift)))))
      (v128.store (local.get $at) (local.get $four))
      (local.set $total (f32x4.add (local.get $total) (local.get $four)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $exponentials (i32.lt_u (local.get $at) (local.get $last))))
    (local.set $total (f32x4.add (local.get $total)
      (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $total) (local.get $total))))
    (local.set $total (f32x4.add (local.get $total)
      (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $total) (local.get $total))))
    (local.set $at (local.get $x))
    (loop $shares
      (v128.store (local.get $at) (f32x4.div (v128.load (local.get $at)) (local.get $total)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $shares (i32.lt_u (local.get $at) (local.get $last)))))

  ;; x = x / (1 + e^-x), in place: `count` is a multiple of 4.
  (func (export "silu") (param $x i32) (param $count i32)
    (local $last i32) (local $four v128) (local $e v128)
    (local.set $last (i32.add (local.get $x) (i32.shl (local.get $count) (i32.const 2))))
    (loop $values
      (local.set $four (v128.load (local.get $x)))
      ;; With e = e^-|x|, the sigmoid is 1 / (1 + e) where x >= 0 and e / (1 + e) elsewhere.
      (local.set $e (call $exponential (f32x4.neg (f32x4.abs (local.get $four)))))
      (v128.store (local.get $x)
        (f32x4.div
          (f32x4.mul (local.get $four)
            (v128.bitselect (local.get $e) (v128.const f32x4 1 1 1 1)
              (f32x4.lt (local.get $four) (v128.const f32x4 0 0 0 0))))
          (f32x4.add (v128.const f32x4 1 1 1 1) (local.get $e))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $values (i32.lt_u (local.get $x) (local.get $last))))))
