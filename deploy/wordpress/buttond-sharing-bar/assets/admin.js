/**
 * The settings page: checks the address without saving, draws the preview anew at each change, orders the places by
 * buttons. Without it the page does the same when it is sent.
 */
( function () {
	'use strict';

	const words = window.buttondSharingBar;
	const form = document.getElementById( 'buttond-form' );
	const server = document.getElementById( 'buttond-server' );
	const check = document.getElementById( 'buttond-check' );
	const status = document.getElementById( 'buttond-server-status' );
	const insist = document.getElementById( 'buttond-insist' );

	function say( state, message, mayInsist ) {
		status.className = 'buttond-status' + ( state ? ' is-' + state : '' );
		status.textContent = message;
		insist.hidden = ! mayInsist;
		insist.querySelector( 'input' ).checked = false;
		if ( server ) {
			server.toggleAttribute( 'aria-invalid', false );
			if ( state === 'bad' ) {
				server.setAttribute( 'aria-invalid', 'true' );
			}
		}
	}

	let asked = 0;

	check.addEventListener( 'click', function ( event ) {
		event.preventDefault();
		const mine = ++asked;
		say( '', words.checking, false );
		fetch( words.check, {
			method: 'POST',
			body: new FormData( form ),
			credentials: 'same-origin',
		} )
			.then( ( answer ) => answer.json() )
			.then( ( answer ) => {
				if ( mine === asked ) {
					say(
						answer.data.state,
						answer.data.message,
						answer.data.insist
					);
				}
			} )
			.catch( () => {
				if ( mine === asked ) {
					say( 'bad', words.failed, false );
				}
			} );
	} );

	if ( server ) {
		server.addEventListener( 'input', function () {
			++asked; // What is still on its way is about another address.
			say( '', '', false );
		} );
	}

	// The preview.

	const preview = document.getElementById( 'buttond-preview' );
	let timer;

	function draw() {
		clearTimeout( timer );
		timer = setTimeout( function () {
			const fields = new URLSearchParams();
			new FormData( form ).forEach( function ( value, name ) {
				if ( name.startsWith( 'buttond_sharing_bar[' ) ) {
					fields.append( name, value );
				}
			} );
			// Not by its src, which would make each change a step back in the browser's history.
			preview.contentWindow.location.replace(
				words.preview + '&' + fields
			);
		}, 150 );
	}

	form.addEventListener( 'input', draw );

	const screens = document.querySelector( '.buttond-screens' );
	screens.hidden = false;
	screens.addEventListener( 'click', function ( event ) {
		const chosen = event.target.closest( 'button' );
		if ( ! chosen ) {
			return;
		}
		screens.querySelectorAll( 'button' ).forEach( ( button ) => {
			button.setAttribute(
				'aria-pressed',
				button === chosen ? 'true' : 'false'
			);
		} );
		document
			.querySelector( '.buttond-frame' )
			.classList.toggle( 'is-phone', chosen.dataset.screen === 'phone' );
	} );

	// The side matters to a bar at the side only.

	const side = document.getElementById( 'buttond-side' );

	function showSide() {
		side.hidden =
			new FormData( form ).get( 'buttond_sharing_bar[follow]' ) !==
			'floating';
	}

	form.addEventListener( 'change', showSide );
	showSide();

	// The order of the places.

	const list = document.querySelector( '.buttond-places' );

	function fill( text ) {
		const values = [].slice.call( arguments, 1 );
		return text.replace(
			/%(?:(\d)\$)?[sd]/g,
			( all, number ) => values[ ( number || 1 ) - 1 ]
		);
	}

	function renumber() {
		const items = Array.from( list.children );
		items.forEach( function ( item, index ) {
			item.querySelector( '[type=number]' ).value = index + 1;
			item.querySelector( '[data-step="-1"]' ).disabled = index === 0;
			item.querySelector( '[data-step="1"]' ).disabled =
				index === items.length - 1;
		} );
	}

	function addButton( item, step, sign, label ) {
		const button = document.createElement( 'button' );
		button.type = 'button';
		button.className = 'button button-small';
		button.dataset.step = step;
		button.textContent = sign;
		button.setAttribute( 'aria-label', fill( label, item.dataset.name ) );
		item.append( button );
	}

	if ( list ) {
		Array.from( list.children ).forEach( function ( item ) {
			item.querySelector( '[type=number]' ).hidden = true;
			addButton( item, -1, '↑', words.up );
			addButton( item, 1, '↓', words.down );
		} );
		renumber();
		list.addEventListener( 'click', function ( event ) {
			const button = event.target.closest( '[data-step]' );
			if ( ! button ) {
				return;
			}
			const item = button.closest( 'li' );
			if ( button.dataset.step === '1' ) {
				item.nextElementSibling.after( item );
			} else {
				item.previousElementSibling.before( item );
			}
			renumber();
			// A button at the list's end can be pressed no more: the other one takes the focus.
			( button.disabled
				? item.querySelector( '[data-step]:enabled' )
				: button
			).focus();
			const place = Array.from( list.children ).indexOf( item ) + 1;
			window.wp.a11y.speak(
				fill(
					words.moved,
					item.dataset.name,
					place,
					list.children.length
				)
			);
			draw();
		} );
	}
} )();
