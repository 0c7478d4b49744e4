;; One AdamW update in place, two numbers at a time in float64: the operations of adamw.ts in their order, so that
;; the bytes are the same.
(module
  (import "kernel" "memory" (memory 1 65536))

  ;; Byte addresses of four arrays of f32, and of the end of the first; an even number of elements.
  (func (export "update")
    (param $parameters i32) (param $first i32) (param $second i32) (param $gradient i32) (param $end i32)
    (param $factor f64) (param $keep f64) (param $rate f64) (param $secondScale f64)
    (param $beta1 f64) (param $rest1 f64) (param $beta2 f64) (param $rest2 f64) (param $epsilon f64)
    (local $g v128) (local $m v128) (local $v v128)
    (block $done
      (loop $two
        (br_if $done (i32.ge_u (local.get $parameters) (local.get $end)))
        (local.set $g
          (f64x2.mul
            (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $gradient)))
            (f64x2.splat (local.get $factor))))
        (local.set $m
          (f64x2.add
            (f64x2.mul
              (f64x2.splat (local.get $beta1))
              (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $first))))
            (f64x2.mul (f64x2.splat (local.get $rest1)) (local.get $g))))
        (local.set $v
          (f64x2.add
            (f64x2.mul
              (f64x2.splat (local.get $beta2))
              (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $second))))
            (f64x2.mul (f64x2.mul (f64x2.splat (local.get $rest2)) (local.get $g)) (local.get $g))))
        (v128.store64_lane 0 (local.get $first) (f32x4.demote_f64x2_zero (local.get $m)))
        (v128.store64_lane 0 (local.get $second) (f32x4.demote_f64x2_zero (local.get $v)))
        (v128.store64_lane 0 (local.get $parameters)
          (f32x4.demote_f64x2_zero
            (f64x2.sub
              (f64x2.mul
                (f64x2.splat (local.get $keep))
                (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $parameters))))
              (f64x2.div
                (f64x2.mul (f64x2.splat (local.get $rate)) (local.get $m))
                (f64x2.add
                  (f64x2.mul (f64x2.sqrt (local.get $v)) (f64x2.splat (local.get $secondScale)))
                  (f64x2.splat (local.get $epsilon)))))))
        (local.set $parameters (i32.add (local.get $parameters) (i32.const 8)))
        (local.set $first (i32.add (local.get $first) (i32.const 8)))
        (local.set $second (i32.add (local.get $second) (i32.const 8)))
        (local.set $gradient (i32.add (local.get $gradient) (i32.const 8)))
        (br $two)))))
