;; A dense grid of voxels, each `vectors` times four f32, x fastest. Points are four f32, the first three in voxels
;; from the first one, each in [0, side - 1]; the fourth is not read. What lies between is trilinear.
(module
  (import "kernel" "memory" (memory 1 65536))

  ;; Where the cell of the point at $point begins, and how far in it the point is: set by $locate for all below.
  (global $cell (mut i32) (i32.const 0))
  (global $fx (mut f32) (f32.const 0))
  (global $fy (mut f32) (f32.const 0))
  (global $fz (mut f32) (f32.const 0))

  (func $below (param $value f32) (param $side i32) (result i32)
    (local $whole i32)
    (local $last i32)
    (local.set $whole (i32.trunc_sat_f32_s (local.get $value)))
    (local.set $last (i32.sub (local.get $side) (i32.const 2)))
    (select (local.get $whole) (local.get $last) (i32.lt_s (local.get $whole) (local.get $last))))

  (func $locate
    (param $point i32) (param $grid i32) (param $voxel i32) (param $row i32) (param $slice i32)
    (param $nx i32) (param $ny i32) (param $nz i32)
    (local $x f32) (local $y f32) (local $z f32) (local $i i32) (local $j i32) (local $k i32)
    (local.set $x (f32.load offset=0 (local.get $point)))
    (local.set $y (f32.load offset=4 (local.get $point)))
    (local.set $z (f32.load offset=8 (local.get $point)))
    (local.set $i (call $below (local.get $x) (local.get $nx)))
    (local.set $j (call $below (local.get $y) (local.get $ny)))
    (local.set $k (call $below (local.get $z) (local.get $nz)))
    (global.set $fx (f32.sub (local.get $x) (f32.convert_i32_s (local.get $i))))
    (global.set $fy (f32.sub (local.get $y) (f32.convert_i32_s (local.get $j))))
    (global.set $fz (f32.sub (local.get $z) (f32.convert_i32_s (local.get $k))))
    (global.set $cell
      (i32.add (local.get $grid)
        (i32.add (i32.mul (local.get $i) (local.get $voxel))
          (i32.add (i32.mul (local.get $j) (local.get $row)) (i32.mul (local.get $k) (local.get $slice)))))))

  (func $corner (param $wx f32) (param $wy f32) (param $wz f32) (result v128)
    (f32x4.splat (f32.mul (f32.mul (local.get $wx) (local.get $wy)) (local.get $wz))))

  ;; $out: `vectors` x 4 f32 a point.
  (func (export "gather")
    (param $points i32) (param $count i32) (param $grid i32) (param $vectors i32)
    (param $nx i32) (param $ny i32) (param $nz i32) (param $out i32)
    (local $end i32) (local $voxel i32) (local $row i32) (local $slice i32) (local $at i32) (local $last i32)
    (local $gx f32) (local $gy f32) (local $gz f32)
    (local $w000 v128) (local $w100 v128) (local $w010 v128) (local $w110 v128)
    (local $w001 v128) (local $w101 v128) (local $w011 v128) (local $w111 v128)
    (local.set $end (i32.add (local.get $points) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $voxel (i32.shl (local.get $vectors) (i32.const 4)))
    (local.set $row (i32.mul (local.get $voxel) (local.get $nx)))
    (local.set $slice (i32.mul (local.get $row) (local.get $ny)))
    (block $done
      (loop $point
        (br_if $done (i32.ge_u (local.get $points) (local.get $end)))
        (call $locate (local.get $points) (local.get $grid) (local.get $voxel) (local.get $row) (local.get $slice)
          (local.get $nx) (local.get $ny) (local.get $nz))
        (local.set $gx (f32.sub (f32.const 1) (global.get $fx)))
        (local.set $gy (f32.sub (f32.const 1) (global.get $fy)))
        (local.set $gz (f32.sub (f32.const 1) (global.get $fz)))
        (local.set $w000 (call $corner (local.get $gx) (local.get $gy) (local.get $gz)))
        (local.set $w100 (call $corner (global.get $fx) (local.get $gy) (local.get $gz)))
        (local.set $w010 (call $corner (local.get $gx) (global.get $fy) (local.get $gz)))
        (local.set $w110 (call $corner (global.get $fx) (global.get $fy) (local.get $gz)))
        (local.set $w001 (call $corner (local.get $gx) (local.get $gy) (global.get $fz)))
        (local.set $w101 (call $corner (global.get $fx) (local.get $gy) (global.get $fz)))
        (local.set $w011 (call $corner (local.get $gx) (global.get $fy) (global.get $fz)))
        (local.set $w111 (call $corner (global.get $fx) (global.get $fy) (global.get $fz)))
        (local.set $at (global.get $cell))
        (local.set $last (i32.add (local.get $at) (local.get $voxel)))
        (loop $vector
          (v128.store (local.get $out)
            (f32x4.add
              (f32x4.add
                (f32x4.add
                  (f32x4.mul (local.get $w000) (v128.load (local.get $at)))
                  (f32x4.mul (local.get $w100) (v128.load (i32.add (local.get $at) (local.get $voxel)))))
                (f32x4.add
                  (f32x4.mul (local.get $w010) (v128.load (i32.add (local.get $at) (local.get $row))))
                  (f32x4.mul (local.get $w110)
                    (v128.load (i32.add (i32.add (local.get $at) (local.get $row)) (local.get $voxel))))))
              (f32x4.add
                (f32x4.add
                  (f32x4.mul (local.get $w001) (v128.load (i32.add (local.get $at) (local.get $slice))))
                  (f32x4.mul (local.get $w101)
                    (v128.load (i32.add (i32.add (local.get $at) (local.get $slice)) (local.get $voxel)))))
                (f32x4.add
                  (f32x4.mul (local.get $w011)
                    (v128.load (i32.add (i32.add (local.get $at) (local.get $slice)) (local.get $row))))
                  (f32x4.mul (local.get $w111)
                    (v128.load
                      (i32.add
                        (i32.add (i32.add (local.get $at) (local.get $slice)) (local.get $row))
                        (local.get $voxel))))))))
          (local.set $out (i32.add (local.get $out) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $vector (i32.lt_u (local.get $at) (local.get $last))))
        (local.set $points (i32.add (local.get $points) (i32.const 16)))
        (br $point))))

  (func $add (param $at i32) (param $weight v128) (param $value v128)
    (v128.store (local.get $at)
      (f32x4.add (v128.load (local.get $at)) (f32x4.mul (local.get $weight) (local.get $value)))))

  ;; The adjoint of gather: adds to $grid what the values at the points, `vectors` x 4 f32 each, ask of its voxels.
  (func (export "scatter")
    (param $points i32) (param $count i32) (param $grid i32) (param $vectors i32)
    (param $nx i32) (param $ny i32) (param $nz i32) (param $values i32)
    (local $end i32) (local $voxel i32) (local $row i32) (local $slice i32) (local $at i32) (local $last i32)
    (local $gx f32) (local $gy f32) (local $gz f32) (local $value v128) (local $above i32)
    (local $w000 v128) (local $w100 v128) (local $w010 v128) (local $w110 v128)
    (local $w001 v128) (local $w101 v128) (local $w011 v128) (local $w111 v128)
    (local.set $end (i32.add (local.get $points) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $voxel (i32.shl (local.get $vectors) (i32.const 4)))
    (local.set $row (i32.mul (local.get $voxel) (local.get $nx)))
    (local.set $slice (i32.mul (local.get $row) (local.get $ny)))
    (block $done
      (loop $point
        (br_if $done (i32.ge_u (local.get $points) (local.get $end)))
        (call $locate (local.get $points) (local.get $grid) (local.get $voxel) (local.get $row) (local.get $slice)
          (local.get $nx) (local.get $ny) (local.get $nz))
        (local.set $gx (f32.sub (f32.const 1) (global.get $fx)))
        (local.set $gy (f32.sub (f32.const 1) (global.get $fy)))
        (local.set $gz (f32.sub (f32.const 1) (global.get $fz)))
        (local.set $w000 (call $corner (local.get $gx) (local.get $gy) (local.get $gz)))
        (local.set $w100 (call $corner (global.get $fx) (local.get $gy) (local.get $gz)))
        (local.set $w010 (call $corner (local.get $gx) (global.get $fy) (local.get $gz)))
        (local.set $w110 (call $corner (global.get $fx) (global.get $fy) (local.get $gz)))
        (local.set $w001 (call $corner (local.get $gx) (local.get $gy) (global.get $fz)))
        (local.set $w101 (call $corner (global.get $fx) (local.get $gy) (global.get $fz)))
        (local.set $w011 (call $corner (local.get $gx) (global.get $fy) (global.get $fz)))
        (local.set $w111 (call $corner (global.get $fx) (global.get $fy) (global.get $fz)))
        (local.set $at (global.get $cell))
        (local.set $last (i32.add (local.get $at) (local.get $voxel)))
        (loop $vector
          (local.set $value (v128.load (local.get $values)))
          (local.set $above (i32.add (local.get $at) (local.get $slice)))
          (call $add (local.get $at) (local.get $w000) (local.get $value))
          (call $add (i32.add (local.get $at) (local.get $voxel)) (local.get $w100) (local.get $value))
          (call $add (i32.add (local.get $at) (local.get $row)) (local.get $w010) (local.get $value))
          (call $add (i32.add (i32.add (local.get $at) (local.get $row)) (local.get $voxel))
            (local.get $w110) (local.get $value))
          (call $add (local.get $above) (local.get $w001) (local.get $value))
          (call $add (i32.add (local.get $above) (local.get $voxel)) (local.get $w101) (local.get $value))
          (call $add (i32.add (local.get $above) (local.get $row)) (local.get $w011) (local.get $value))
          (call $add (i32.add (i32.add (local.get $above) (local.get $row)) (local.get $voxel))
            (local.get $w111) (local.get $value))
          (local.set $values (i32.add (local.get $values) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $vector (i32.lt_u (local.get $at) (local.get $last))))
        (local.set $points (i32.add (local.get $points) (i32.const 16)))
        (br $point))))

  ;; How the first number of a voxel changes along x, y and z at each point, a voxel's side being 1: four f32 a point,
  ;; the last one 0.
  (func (export "slope")
    (param $points i32) (param $count i32) (param $grid i32) (param $vectors i32)
    (param $nx i32) (param $ny i32) (param $nz i32) (param $out i32)
    (local $end i32) (local $voxel i32) (local $row i32) (local $slice i32) (local $at i32) (local $above i32)
    (local $a00 f32) (local $a10 f32) (local $a01 f32) (local $a11 f32)
    (local $b00 f32) (local $b10 f32) (local $b01 f32) (local $b11 f32)
    (local $near f32) (local $far f32) (local $fx f32) (local $fy f32) (local $fz f32)
    (local.set $end (i32.add (local.get $points) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $voxel (i32.shl (local.get $vectors) (i32.const 4)))
    (local.set $row (i32.mul (local.get $voxel) (local.get $nx)))
    (local.set $slice (i32.mul (local.get $row) (local.get $ny)))
    (block $done
      (loop $point
        (br_if $done (i32.ge_u (local.get $points) (local.get $end)))
        (call $locate (local.get $points) (local.get $grid) (local.get $voxel) (local.get $row) (local.get $slice)
          (local.get $nx) (local.get $ny) (local.get $nz))
        (local.set $fx (global.get $fx))
        (local.set $fy (global.get $fy))
        (local.set $fz (global.get $fz))
        (local.set $at (global.get $cell))
        (local.set $above (i32.add (local.get $at) (local.get $slice)))
        ;; a: the four corners below, b: those above; their digits are x and y.
        (local.set $a00 (f32.load (local.get $at)))
        (local.set $a10 (f32.load (i32.add (local.get $at) (local.get $voxel))))
        (local.set $a01 (f32.load (i32.add (local.get $at) (local.get $row))))
        (local.set $a11 (f32.load (i32.add (i32.add (local.get $at) (local.get $row)) (local.get $voxel))))
        (local.set $b00 (f32.load (local.get $above)))
        (local.set $b10 (f32.load (i32.add (local.get $above) (local.get $voxel))))
        (local.set $b01 (f32.load (i32.add (local.get $above) (local.get $row))))
        (local.set $b11 (f32.load (i32.add (i32.add (local.get $above) (local.get $row)) (local.get $voxel))))
        (local.set $near
          (call $between (f32.sub (local.get $a10) (local.get $a00))
            (f32.sub (local.get $a11) (local.get $a01)) (local.get $fy)))
        (local.set $far
          (call $between (f32.sub (local.get $b10) (local.get $b00))
            (f32.sub (local.get $b11) (local.get $b01)) (local.get $fy)))
        (f32.store offset=0 (local.get $out) (call $between (local.get $near) (local.get $far) (local.get $fz)))
        (local.set $near
          (call $between (f32.sub (local.get $a01) (local.get $a00))
            (f32.sub (local.get $a11) (local.get $a10)) (local.get $fx)))
        (local.set $far
          (call $between (f32.sub (local.get $b01) (local.get $b00))
            (f32.sub (local.get $b11) (local.get $b10)) (local.get $fx)))
        (f32.store offset=4 (local.get $out) (call $between (local.get $near) (local.get $far) (local.get $fz)))
        (local.set $near
          (call $between (f32.sub (local.get $b00) (local.get $a00))
            (f32.sub (local.get $b10) (local.get $a10)) (local.get $fx)))
        (local.set $far
          (call $between (f32.sub (local.get $b01) (local.get $a01))
            (f32.sub (local.get $b11) (local.get $a11)) (local.get $fx)))
        (f32.store offset=8 (local.get $out) (call $between (local.get $near) (local.get $far) (local.get $fy)))
        (f32.store offset=12 (local.get $out) (f32.const 0))
        (local.set $out (i32.add (local.get $out) (i32.const 16)))
        (local.set $points (i32.add (local.get $points) (i32.const 16)))
        (br $point))))

  (func $between (param $a f32) (param $b f32) (param $share f32) (result f32)
    (f32.add (local.get $a) (f32.mul (local.get $share) (f32.sub (local.get $b) (local.get $a)))))

  (func $addOne (param $at i32) (param $value f32)
    (f32.store (local.get $at) (f32.add (f32.load (local.get $at)) (local.get $value))))

  ;; The adjoint of slope: adds to the first numbers of the voxels what three f32 a point (of four) ask of them.
  (func (export "scatterSlope")
    (param $points i32) (param $count i32) (param $grid i32) (param $vectors i32)
    (param $nx i32) (param $ny i32) (param $nz i32) (param $values i32)
    (local $end i32) (local $voxel i32) (local $row i32) (local $slice i32) (local $at i32) (local $above i32)
    (local $x f32) (local $y f32) (local $z f32)
    (local $fx f32) (local $fy f32) (local $fz f32) (local $gx f32) (local $gy f32) (local $gz f32)
    (local.set $end (i32.add (local.get $points) (i32.shl (local.get $count) (i32.const 4))))
    (local.set $voxel (i32.shl (local.get $vectors) (i32.const 4)))
    (local.set $row (i32.mul (local.get $voxel) (local.get $nx)))
    (local.set $slice (i32.mul (local.get $row) (local.get $ny)))
    (block $done
      (loop $point
        (br_if $done (i32.ge_u (local.get $points) (local.get $end)))
        (call $locate (local.get $points) (local.get $grid) (local.get $voxel) (local.get $row) (local.get $slice)
          (local.get $nx) (local.get $ny) (local.get $nz))
        (local.set $fx (global.get $fx))
        (local.set $fy (global.get $fy))
        (local.set $fz (global.get $fz))
        (local.set $gx (f32.sub (f32.const 1) (local.get $fx)))
        (local.set $gy (f32.sub (f32.const 1) (local.get $fy)))
        (local.set $gz (f32.sub (f32.const 1) (local.get $fz)))
        (local.set $x (f32.load offset=0 (local.get $values)))
        (local.set $y (f32.load offset=4 (local.get $values)))
        (local.set $z (f32.load offset=8 (local.get $values)))
        (local.set $at (global.get $cell))
        (local.set $above (i32.add (local.get $at) (local.get $slice)))
        (call $addOne (local.get $at)
          (call $asked (f32.neg (local.get $x)) (f32.neg (local.get $y)) (f32.neg (local.get $z))
            (local.get $gx) (local.get $gy) (local.get $gz)))
        (call $addOne (i32.add (local.get $at) (local.get $voxel))
          (call $asked (local.get $x) (f32.neg (local.get $y)) (f32.neg (local.get $z))
            (local.get $fx) (local.get $gy) (local.get $gz)))
        (call $addOne (i32.add (local.get $at) (local.get $row))
          (call $asked (f32.neg (local.get $x)) (local.get $y) (f32.neg (local.get $z))
            (local.get $gx) (local.get $fy) (local.get $gz)))
        (call $addOne (i32.add (i32.add (local.get $at) (local.get $row)) (local.get $voxel))
          (call $asked (local.get $x) (local.get $y) (f32.neg (local.get $z))
            (local.get $fx) (local.get $fy) (local.get $gz)))
        (call $addOne (local.get $above)
          (call $asked (f32.neg (local.get $x)) (f32.neg (local.get $y)) (local.get $z)
            (local.get $gx) (local.get $gy) (local.get $fz)))
        (call $addOne (i32.add (local.get $above) (local.get $voxel))
          (call $asked (local.get $x) (f32.neg (local.get $y)) (local.get $z)
            (local.get $fx) (local.get $gy) (local.get $fz)))
        (call $addOne (i32.add (local.get $above) (local.get $row))
          (call $asked (f32.neg (local.get $x)) (local.get $y) (local.get $z)
            (local.get $gx) (local.get $fy) (local.get $fz)))
        (call $addOne (i32.add (i32.add (local.get $above) (local.get $row)) (local.get $voxel))
          (call $asked (local.get $x) (local.get $y) (local.get $z)
            (local.get $fx) (local.get $fy) (local.get $fz)))
        (local.set $values (i32.add (local.get $values) (i32.const 16)))
        (local.set $points (i32.add (local.get $points) (i32.const 16)))
        (br $point))))

  ;; What a corner with weights wx wy wz adds to the slopes x, y and z, with their signs.
  (func $asked
    (param $x f32) (param $y f32) (param $z f32) (param $wx f32) (param $wy f32) (param $wz f32) (result f32)
    (f32.add
      (f32.mul (local.get $x) (f32.mul (local.get $wy) (local.get $wz)))
      (f32.add
        (f32.mul (local.get $y) (f32.mul (local.get $wx) (local.get $wz)))
        (f32.mul (local.get $z) (f32.mul (local.get $wx) (local.get $wy))))))

  ;; Adam of the vectors of four whose gradient is not all zero; the gradient is zeroed. Rates are vectors of four f32
  ;; that begin at $rates, one a vector of a voxel: rate / (1 - beta1^step).
  (func (export "adam")
    (param $values i32) (param $first i32) (param $second i32) (param $gradient i32) (param $count i32)
    (param $vectors i32) (param $rates i32)
    (param $beta1 f32) (param $beta2 f32) (param $secondScale f32) (param $epsilon f32)
    (local $end i32) (local $g v128) (local $m v128) (local $v v128) (local $vector i32)
    (local.set $end (i32.add (local.get $gradient) (i32.shl (local.get $count) (i32.const 4))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $gradient) (local.get $end)))
        (local.set $g (v128.load (local.get $gradient)))
        (if (v128.any_true (f32x4.ne (local.get $g) (v128.const f32x4 0 0 0 0)))
          (then
            (local.set $m
              (f32x4.add
                (local.get $g)
                (f32x4.mul
                  (f32x4.splat (local.get $beta1))
                  (f32x4.sub (v128.load (local.get $first)) (local.get $g)))))
            (local.set $g (f32x4.mul (local.get $g) (local.get $g)))
            (local.set $v
              (f32x4.add
                (local.get $g)
                (f32x4.mul
                  (f32x4.splat (local.get $beta2))
                  (f32x4.sub (v128.load (local.get $second)) (local.get $g)))))
            (v128.store (local.get $first) (local.get $m))
            (v128.store (local.get $second) (local.get $v))
            (v128.store (local.get $values)
              (f32x4.sub
                (v128.load (local.get $values))
                (f32x4.div
                  (f32x4.mul
                    (v128.load (i32.add (local.get $rates) (i32.shl (local.get $vector) (i32.const 4))))
                    (local.get $m))
                  (f32x4.add
                    (f32x4.mul (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $secondScale)))
                    (f32x4.splat (local.get $epsilon))))))
            (v128.store (local.get $gradient) (v128.const f32x4 0 0 0 0))))
        (local.set $vector (i32.add (local.get $vector) (i32.const 1)))
        (if (i32.eq (local.get $vector) (local.get $vectors)) (then (local.set $vector (i32.const 0))))
        (local.set $values (i32.add (local.get $values) (i32.const 16)))
        (local.set $first (i32.add (local.get $first) (i32.const 16)))
        (local.set $second (i32.add (local.get $second) (i32.const 16)))
        (local.set $gradient (i32.add (local.get $gradient) (i32.const 16)))
        (br $next))))

  ;; Adds the gradient of sum over neighbours of weight / 2 (a - b)^2 inside the grid: weights are vectors of four
  ;; f32, one a vector of a voxel.
  (func (export "smooth")
    (param $grid i32) (param $gradient i32) (param $vectors i32) (param $nx i32) (param $ny i32) (param $nz i32)
    (param $weights i32)
    (local $voxel i32) (local $row i32) (local $slice i32) (local $i i32) (local $j i32) (local $k i32)
    (local $v i32) (local $at i32) (local $own v128) (local $sum v128) (local $asked i32)
    (local.set $voxel (i32.shl (local.get $vectors) (i32.const 4)))
    (local.set $row (i32.mul (local.get $voxel) (local.get $nx)))
    (local.set $slice (i32.mul (local.get $row) (local.get $ny)))
    (local.set $at (local.get $grid))
    (local.set $asked (local.get $gradient))
    (loop $z
      (local.set $j (i32.const 0))
      (loop $y
        (local.set $i (i32.const 0))
        (loop $x
          (local.set $v (i32.const 0))
          (loop $vector
            (local.set $own (v128.load (local.get $at)))
            (local.set $sum (v128.const f32x4 0 0 0 0))
            (if (i32.gt_s (local.get $i) (i32.const 0)) (then
              (local.set $sum (f32x4.add (local.get $sum)
                (f32x4.sub (local.get $own) (v128.load (i32.sub (local.get $at) (local.get $voxel))))))))
            (if (i32.lt_s (local.get $i) (i32.sub (local.get $nx) (i32.const 1))) (then
              (local.set $sum (f32x4.add (local.get $sum)
                (f32x4.sub (local.get $own) (v128.load (i32.add (local.get $at) (local.get $voxel))))))))
            (if (i32.gt_s (local.get $j) (i32.const 0)) (then
              (local.set $sum (f32x4.add (local.get $sum)
                (f32x4.sub (local.get $own) (v128.load (i32.sub (local.get $at) (local.get $row))))))))
            (if (i32.lt_s (local.get $j) (i32.sub (local.get $ny) (i32.const 1))) (then
              (local.set $sum (f32x4.add (local.get $sum)
                (f32x4.sub (local.get $own) (v128.load (i32.add (local.get $at) (local.get $row))))))))
            (if (i32.gt_s (local.get $k) (i32.const 0)) (then
              (local.set $sum (f32x4.add (local.get $sum)
                (f32x4.sub (local.get $own) (v128.load (i32.sub (local.get $at) (local.get $slice))))))))
            (if (i32.lt_s (local.get $k) (i32.sub (local.get $nz) (i32.const 1))) (then
              (local.set $sum (f32x4.add (local.get $sum)
                (f32x4.sub (local.get $own) (v128.load (i32.add (local.get $at) (local.get $slice))))))))
            (call $add (local.get $asked)
              (v128.load (i32.add (local.get $weights) (i32.shl (local.get $v) (i32.const 4)))) (local.get $sum))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (local.set $asked (i32.add (local.get $asked) (i32.const 16)))
            (local.set $v (i32.add (local.get $v) (i32.const 1)))
            (br_if $vector (i32.lt_s (local.get $v) (local.get $vectors))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $x (i32.lt_s (local.get $i) (local.get $nx))))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $y (i32.lt_s (local.get $j) (local.get $ny))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $z (i32.lt_s (local.get $k) (local.get $nz))))))
