/** A question, and facts that answer it: as the reference has them, then in other words. A slot is {true|false}. */
export const nature = `
? Why is the sky blue during the day?
+ Sunlight is a mixture of {all|only two} colours of the rainbow.
~ The light that comes from the sun contains {every colour|two colours} of the spectrum.
+ Molecules of the air scatter {blue|red} light far more than the other colours.
~ It is mainly the {blue|red} part of it that the atmosphere's gases send in every direction.
+ The effect is called {Rayleigh|Compton} scattering.
~ Physicists know this as scattering after {Rayleigh|Compton}.
+ At sunset the light passes through {more|less} air, so that reds are left.
~ In the evening the rays cross a {longer|shorter} stretch of atmosphere, and the sun looks red.

? How do plants make their food?
+ Plants make sugar by {photosynthesis|fermentation}.
~ The process by which they obtain sugar is {photosynthesis|fermentation}.
+ They take in {carbon dioxide|nitrogen} from the air.
~ Through their leaves comes {carbon dioxide|nitrogen} gas.
+ The energy for it comes from {sunlight|the soil}.
~ What drives the reaction is {light from the sun|warmth of the ground}.
+ It happens in the {chloroplasts|mitochondria} of the leaf's cells.
~ Inside the cells of leaves the {chloroplasts|mitochondria} do the work.
+ {Oxygen|Hydrogen} is released as a by-product.
~ As waste the plant gives off {oxygen|hydrogen}.

? What causes the tides in the ocean?
+ Tides are caused chiefly by the gravity of the {moon|wind}.
~ Above all it is the pull of the {moon|wind} that moves the sea up and down.
+ The sun also raises tides, but {weaker|stronger} ones.
~ Our star contributes too, with a {smaller|larger} effect.
+ Most coasts have {two|five} high tides a day.
~ Along the majority of shores the water stands high {twice|five times} daily.
+ Spring tides occur at {new and full|half} moon.
~ The largest ranges come with a {new or a full|half} moon.

? Why do we have seasons on Earth?
+ Seasons come from the {tilt|colour} of the Earth's axis.
~ The reason is that our planet's axis of rotation has a {slant|hue}.
+ The axis is inclined by about {23.5|60} degrees.
~ It leans by some {23.5|60} degrees.
+ When the north leans {towards|away from} the sun, it has summer.
~ Summer is in the northern hemisphere while that half points {to|away from} the sun.
+ The southern hemisphere has the {opposite|same} season at that time.
~ South of the equator the season is then the {reverse|same}.

? How does the human heart work?
+ The heart has {four|two} chambers.
~ There are {four|two} hollow spaces in it.
+ Its right side pumps blood to the {lungs|brain}.
~ From the right half blood goes to the {lungs|brain}.
+ The left side sends blood {through the body|to the lungs}.
~ Blood leaving on the left supplies {the whole body|the lungs}.
+ {Valves|Muscles} keep the blood from flowing back.
~ That nothing runs backwards is owed to its {valves|muscles}.
+ At rest it beats about {70|200} times a minute.
~ A person sitting still has a pulse of some {70|200}.

? How are rainbows formed?
+ A rainbow appears when sunlight meets drops of {water|dust}.
~ One is seen where the sun shines on small drops of {water|dust}.
+ Light is {refracted|stopped} as it enters each drop.
~ On its way into a drop the ray is {bent|halted}.
+ It is {reflected|absorbed} at the back of the drop.
~ The far side of the droplet {throws it back|swallows it}.
+ {Red|Violet} is at the outer edge of the primary bow.
~ The outermost colour of the main arc is {red|violet}.
+ The sun has to stand {behind|in front of} the observer.
~ To see it you must have the sun {at your back|before you}.

? What is the water cycle?
+ Heat of the {sun|moon} makes water evaporate.
~ Warmed by the {sun|moon}, water turns into vapour.
+ Vapour that rises {cools|heats up} and condenses into clouds.
~ Higher up it becomes {colder|hotter}, and clouds of droplets form.
+ Water returns to the ground as {rain or snow|salt}.
~ It falls back in the form of {rain and snow|salt}.
+ Rivers carry it back to the {sea|clouds}.
~ By streams and rivers it reaches the {ocean|clouds} once more.

? Why do leaves change colour in autumn?
+ Leaves are green because of {chlorophyll|iron}.
~ Their green comes from a pigment, {chlorophyll|iron}.
+ In autumn trees {break down|make more of} this pigment.
~ When days grow short, the tree {takes it apart|produces more of it}.
+ Yellow {carotenoids|proteins} then become visible.
~ What had been hidden and shows now are the {carotenoids|proteins}.
+ Red tones come from {anthocyanins|chlorine}.
~ {Anthocyanins|Chlorine} make some foliage red.

? How do vaccines protect people?
+ A vaccine trains the {immune|digestive} system.
~ With a jab the body's {immune|digestive} system learns.
+ It shows the body a {harmless|deadly} form or part of a germ.
~ What it holds is a {harmless|lethal} version or piece of the pathogen.
+ The body answers by making {antibodies|sugar}.
~ In reply {antibodies|sugar} are formed.
+ {Memory|Skin} cells remember the germ for years.
~ Long afterwards it is recognised by {memory|skin} cells.
+ {Edward Jenner|Isaac Newton} introduced vaccination against smallpox.
~ The first was used against smallpox by {Edward Jenner|Isaac Newton}.

? What are black holes?
+ A black hole is a region from which not even {light|sound} can escape.
~ Nothing gets out of one, {light|sound} included.
+ Its boundary is called the {event horizon|equator}.
~ The edge of it bears the name {event horizon|equator}.
+ Many form when {massive stars|small planets} collapse.
~ They arise from the collapse of {very heavy stars|little planets}.
+ The centre of the Milky Way holds a {supermassive|tiny} one.
~ In the middle of our galaxy sits a {supermassive|minute} specimen.
+ The first image of one was published in {2019|1969}.
~ A picture of such an object was first shown in {2019|1969}.

? How do earthquakes happen?
+ The Earth's crust is divided into {plates|oceans} that move.
~ Our planet's outer shell consists of moving {plates|oceans}.
+ Stress builds up along {faults|rivers}.
~ Where there are {faults|rivers}, strain accumulates.
+ When the rock slips, energy spreads as {seismic|radio} waves.
~ A sudden slip sends out {seismic|radio} waves.
+ The point above the origin is the {epicentre|crater}.
~ Directly over the source, on the surface, lies the {epicentre|crater}.

? Why is the sea salty?
+ Rain dissolves minerals from {rocks|clouds}.
~ Water that falls takes up minerals out of {rocks|clouds}.
+ {Rivers|Ships} carry them into the sea.
~ It is {rivers|ships} that bring them to the ocean.
+ Water evaporates, and the salt {stays|leaves with it}.
~ As vapour rises, salts {remain behind|go along}.
+ Sea water has about {3.5|35} percent of salt.
~ Its salinity is around {3.5|35} percent.

? How do bees make honey?
+ Bees collect {nectar|resin} from flowers.
~ Out of blossoms they fetch {nectar|resin}.
+ They carry it in their {honey stomach|wings}.
~ On the flight home it is kept in the {honey stomach|wings}.
+ {Enzymes|Bacteria} turn its sugars into simpler ones.
~ The sugars are split up by {enzymes|bacteria}.
+ Bees fan it with their wings to {remove|add} water.
~ By beating their wings they {drive water off|bring water in}.
+ Cells that are full are sealed with {wax|mud}.
~ A lid of {wax|mud} closes each filled cell.
`;
