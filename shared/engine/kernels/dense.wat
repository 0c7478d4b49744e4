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
        (br $four_rows)))))
