/** Questions of physics, chemistry and the body, in the form of `nature`. */
export const matter = `
? Why does ice float on water?
+ Ice is {less|more} dense than liquid water.
~ The density of the solid is {below|above} that of the liquid.
+ Water {expands|shrinks} when it freezes.
~ On freezing its volume becomes {larger|smaller}.
+ Molecules in ice form an {open|empty} lattice of hydrogen bonds.
~ Hydrogen bonds hold the molecules in a {wide-meshed|vacant} crystal.
+ Water is densest at about {4|40} degrees Celsius.
~ Its greatest density is reached near {4|40} degrees Celsius.

? What is the difference between speed and velocity?
+ Speed is a {scalar|vector}.
~ A speed is a {scalar|vector} quantity.
+ Velocity also has a {direction|mass}.
~ To a velocity belongs a {direction|mass} as well.
+ A car on a bend at constant speed {changes|keeps} its velocity.
~ Driving steadily round a curve, its velocity {does not stay the same|remains the same}.
+ The unit of both is the {metre|kilogram} per second.
~ Either is measured in {metres|kilograms} a second.

? How does a battery produce electricity?
+ A battery turns {chemical|nuclear} energy into electrical energy.
~ Electric energy is won in it from {chemical|nuclear} energy.
+ It has two {electrodes|engines}.
~ Inside are two {electrodes|engines}.
+ Between them is an {electrolyte|insulator} through which ions move.
~ Ions travel through an {electrolyte|insulator} that fills the space between.
+ Electrons flow through the {outer circuit|casing} from the negative to the positive pole.
~ By way of the {external circuit|shell}, electrons go from minus to plus.

? What is an atom made of?
+ The nucleus holds {protons and neutrons|electrons}.
~ In its core are {protons and neutrons|electrons}.
+ {Electrons|Photons} surround the nucleus.
~ Around that core are {electrons|photons}.
+ Protons have a {positive|negative} charge.
~ The charge of a proton is {positive|negative}.
+ The number of {protons|neutrons} decides which element it is.
~ What element it belongs to depends on how many {protons|neutrons} there are.
+ Nearly all of the mass is in the {nucleus|shell}.
~ The {nucleus|shell} has almost the whole mass.

? Why does iron rust?
+ Rust forms when iron reacts with {oxygen|helium} and water.
~ Iron combines with {oxygen|helium} where there is moisture, and rusts.
+ The product is a hydrated iron {oxide|nitrate}.
~ What comes of it is an iron {oxide|nitrate} that holds water.
+ {Salt|Oil} speeds rusting up.
~ The reaction runs faster where there is {salt|oil}.
+ A coat of {zinc|sand} protects iron.
~ Iron can be guarded by a layer of {zinc|sand}.

? How does a microwave oven heat food?
+ A {magnetron|transformer} produces the microwaves.
~ The waves are made by a {magnetron|transformer}.
+ The waves make {water|salt} molecules turn back and forth.
~ Above all {water|salt} molecules are set in rotation.
+ The motion of the molecules becomes {heat|light}.
~ Their movement ends up as {heat|light}.
+ {Metal|Paper} walls keep the waves inside.
~ The oven's {metal|paper} casing holds the radiation back.

? What does the pH scale measure?
+ The pH tells how {acidic or basic|hot or cold} a solution is.
~ By a pH we say how {acid or alkaline|warm or cool} a liquid is.
+ Pure water has a pH of {7|1}.
~ For clean water the value is {7|1}.
+ Values below that are {acidic|basic}.
~ Lower figures mean an {acid|alkali}.
+ The scale is {logarithmic|linear}.
~ Its steps are {logarithmic|linear}.

? How do aeroplanes fly?
+ Wings produce {lift|smoke} as air flows around them.
~ Air streaming round the wing gives {lift|smoke}.
+ The pressure above the wing is {lower|higher} than below it.
~ Over the wing there is a {smaller|larger} pressure than underneath.
+ Engines give {thrust|weight} against the drag.
~ Drag is overcome by the engines' {thrust|weight}.
+ {Ailerons|Brakes} roll the aircraft to one side.
~ To bank, the pilot moves the {ailerons|brakes}.

? What happens when we sleep?
+ Sleep passes through cycles of about {90|10} minutes.
~ Around {90|10} minutes is how long each cycle takes.
+ Most vivid dreams come in {REM|deep} sleep.
~ We dream most vividly during {REM|deep} sleep.
+ Sleep helps the brain to {store|erase} memories.
~ During the night memories are {consolidated|wiped out}.
+ The hormone {melatonin|insulin} tells the body that it is night.
~ That it is dark is signalled by {melatonin|insulin}.

? What do vitamins do for the body?
+ Vitamins are needed in {small|large} amounts.
~ The body takes {little|a lot} of them.
+ Vitamin C prevents {scurvy|rickets}.
~ Against {scurvy|rickets} there is vitamin C.
+ Vitamin D is formed in the {skin|lungs} in sunlight.
~ Given sun, the {skin|lungs} can make vitamin D.
+ Vitamins A, D, E and K dissolve in {fat|water}.
~ A, D, E and K are soluble in {fat|water}.

? Why do we see lightning before we hear thunder?
+ Light travels {faster|slower} than sound.
~ Compared with sound, light is the {quicker|slower} of the two.
+ Sound covers about {340|3,000} metres a second in air.
~ In air the speed of sound is close to {340|3,000} metres a second.
+ Thunder comes from air that {expands|freezes} suddenly.
~ What we hear is air that abruptly {expands|freezes}.
+ Three seconds of delay mean about {one kilometre|thirty kilometres}.
~ With a gap of three seconds the flash was some {one kilometre|thirty kilometres} away.

? How does soap clean?
+ A soap molecule has one end that likes {water|sand} and one that likes fat.
~ Of the two ends of each molecule one is drawn to {water|sand}, the other to grease.
+ Together they enclose grease in {micelles|bubbles of steam}.
~ Dirt is wrapped up in {micelles|steam}.
+ Soap {lowers|raises} the surface tension of water.
~ It makes the surface tension {smaller|greater}.
+ It is made from {fats|stones} and an alkali.
~ The makers boil {fats|stones} with lye.

? How do magnets work?
+ Every magnet has a {north and a south|left and a right} pole.
~ Two poles belong to each: {north and south|left and right}.
+ Like poles {repel|attract} each other.
~ Equal ends {push each other away|pull each other in}.
+ Iron, nickel and {cobalt|copper} are strongly magnetic.
~ Strong magnetism is shown by iron, nickel and {cobalt|copper}.
+ A current in a coil makes an {electromagnet|insulator}.
~ Wire in turns with a current through it is an {electromagnet|insulator}.
+ Strong heat {destroys|strengthens} magnetism.
~ When made very hot a magnet {loses its force|gains force}.
`;
