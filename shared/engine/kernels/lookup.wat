;; Sums rows of tables without copying them anywhere: out += sum_k weights[k] row_k.
(module
  (import "kernel" "memory" (memory 1 65536))

  ;; $rows: `count` byte addresses (u32), a multiple of 4 of them. $weights: as many f32.
  ;; $bytes: length of a row and of $out, a multiple of 16.
  (func (export "accumulate")
    (param $rows i32) (param $weights i32) (param $count i32) (param $bytes i32) (param $out i32)
    (local $last i32) (local $at i32)
    (local $r0 i32) (local $r1 i32) (local $r2 i32) (local $r3 i32)
    (local $w0 v128) (local $w1 v128) (local $w2 v128) (local $w3 v128)
    (local.set $last (i32.add (local.get $rows) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $four_rows
        (br_if $done (i32.ge_u (local.get $rows) (local.get $last)))
        (local.set $r0 (i32.load offset=0 (local.get $rows)))
        (local.set $r1 (i32.load offset=4 (local.get $rows)))
        (local.set $r2 (i32.load offset=8 (local.get $rows)))
        (local.set $r3 (i32.load offset=12 (local.get $rows)))
        (local.set $w0 (v128.load32_splat offset=0 (local.get $weights)))
        (local.set $w1 (v128.load32_splat offset=4 (local.get $weights)))
        (local.set $w2 (v128.load32_splat offset=8 (local.get $weights)))
        (local.set $w3 (v128.load32_splat offset=12 (local.get $weights)))
        (local.set $at (i32.const 0))
        (loop $four_columns
          (v128.store (i32.add (local.get $out) (local.get $at))
            (f32x4.add
              (v128.load (i32.add (local.get $out) (local.get $at)))
              (f32x4.add
                (f32x4.add
                  (f32x4.mul (local.get $w0) (v128.load (i32.add (local.get $r0) (local.get $at))))
                  (f32x4.mul (local.get $w1) (v128.load (i32.add (local.get $r1) (local.get $at)))))
                (f32x4.add
                  (f32x4.mul (local.get $w2) (v128.load (i32.add (local.get $r2) (local.get $at))))
                  (f32x4.mul (local.get $w3) (v128.load (i32.add (local.get $r3) (local.get $at))))))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $four_columns (i32.lt_u (local.get $at) (local.get $bytes))))
        (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (br $four_rows)))))
