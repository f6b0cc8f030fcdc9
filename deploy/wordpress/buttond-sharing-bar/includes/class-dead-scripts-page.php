<?php
/**
 * The part of the tools' page for scripts of dead share services.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * What takes longer than a page may is done in portions, each by a button.
 */
final class Dead_Scripts_Page {

	/**
	 * The posts that were looked for; null before.
	 *
	 * @var array|null
	 */
	private static $found = null;

	/**
	 * Numbers of posts by the results of Dead_Scripts.
	 *
	 * @var int[]
	 */
	private static $results = array();

	/**
	 * The step that the results are of.
	 *
	 * @var string
	 */
	private static $step = '';

	/**
	 * Where the next portion begins; 0 for none.
	 *
	 * @var int
	 */
	private static $next = 0;

	/**
	 * Does what a button asks for.
	 *
	 * @param string $step  look, take_out, put_back (of chosen posts), take_out_all or put_back_all.
	 * @param int[]  $posts The chosen posts.
	 * @param int    $place Where a portion begins.
	 */
	public static function receive( $step, array $posts, $place ) {
		if ( ! Dead_Scripts::allowed() ) {
			wp_die( esc_html__( 'You may not edit the posts of others.', 'buttond-sharing-bar' ), 403 );
		}
		self::$step = $step;
		switch ( $step ) {
			case 'look':
				list( self::$found, self::$next ) = Dead_Scripts::look( $place );
				break;
			case 'take_out':
			case 'put_back':
				foreach ( array_unique( $posts ) as $id ) {
					self::note( 'take_out' === $step ? Dead_Scripts::take_out( $id ) : Dead_Scripts::put_back( $id ) );
				}
				break;
			case 'take_out_all':
				self::$next = self::in_portions(
					$place,
					static function ( $after ) {
						list( $posts, $next ) = Dead_Scripts::look( $after );
						return array( array_combine( array_keys( $posts ), array_keys( $posts ) ), $next );
					},
					array( Dead_Scripts::class, 'take_out' )
				);
				break;
			case 'put_back_all':
				self::$next = self::in_portions(
					$place,
					static function ( $before ) {
						list( $posts, $next ) = Dead_Scripts::taken_out( $before );
						return array( wp_list_pluck( $posts, 'row' ), $next );
					},
					array( Dead_Scripts::class, 'put_back' )
				);
				break;
		}
	}

	/**
	 * Says what came of it.
	 */
	public static function show_results() {
		$is_out    = 0 === strpos( self::$step, 'take_out' );
		$sentences = array(
			/* translators: %s: a number of posts. */
			'done'    => $is_out ? _n_noop( 'Dead scripts were taken out of %s post.', 'Dead scripts were taken out of %s posts.', 'buttond-sharing-bar' )
				/* translators: %s: a number of posts. */
				: _n_noop( '%s post is as it was before, byte for byte.', '%s posts are as they were before, byte for byte.', 'buttond-sharing-bar' ),
			/* translators: %s: a number of posts. */
			'changed' => _n_noop( '%s post was edited since, so it stays as it is.', '%s posts were edited since, so they stay as they are.', 'buttond-sharing-bar' ),
			/* translators: %s: a number of posts. */
			'refused' => _n_noop( 'You may not edit %s post.', 'You may not edit %s posts.', 'buttond-sharing-bar' ),
			/* translators: %s: a number of posts. */
			'failed'  => _n_noop( 'The database did not take the change of %s post, which stays as it is.', 'The database did not take the changes of %s posts, which stay as they are.', 'buttond-sharing-bar' ),
		);
		foreach ( $sentences as $result => $sentence ) {
			if ( isset( self::$results[ $result ] ) ) {
				$number = self::$results[ $result ];
				printf(
					'<div class="notice notice-%s is-dismissible"><p>%s</p></div>',
					esc_attr( 'done' === $result ? 'success' : 'warning' ),
					esc_html( sprintf( translate_nooped_plural( $sentence, $number, 'buttond-sharing-bar' ), number_format_i18n( $number ) ) )
				);
			}
		}
	}

	/**
	 * The part of the page.
	 */
	public static function show() {
		echo '<h2>', esc_html__( 'Scripts of dead services', 'buttond-sharing-bar' ), '</h2><p>';
		esc_html_e( 'Old posts may load scripts of share services that are gone. Only what is exactly such a script, or what it filled, is found; nothing is changed before you say so, and it can be undone.', 'buttond-sharing-bar' );
		echo '</p>';
		if ( self::$found ) {
			Tools::begin_form();
			self::show_table( self::$found );
			echo '<p>';
			Tools::button( 'take_out', __( 'Take them out of the chosen posts', 'buttond-sharing-bar' ) );
			Tools::button( 'take_out_all', __( 'Take them out of all posts', 'buttond-sharing-bar' ) );
			echo '</p></form>';
		} elseif ( null !== self::$found && ! self::$next ) {
			echo '<p>', esc_html__( 'No post has any.', 'buttond-sharing-bar' ), '</p>';
		} elseif ( null === self::$found ) {
			Tools::begin_form();
			echo '<p>';
			Tools::button( 'look', __( 'Look for dead scripts', 'buttond-sharing-bar' ) );
			echo '</p></form>';
		}
		if ( self::$next ) {
			Tools::begin_form();
			echo '<input type="hidden" name="place" value="', absint( self::$next ), '"><p>', esc_html__( 'These are not all posts yet.', 'buttond-sharing-bar' ), ' ';
			Tools::button( self::$step, __( 'Go on', 'buttond-sharing-bar' ) );
			echo '</p></form>';
		}
		list( $taken_out ) = Dead_Scripts::taken_out();
		if ( $taken_out ) {
			self::show_taken_out( $taken_out );
		}
	}

	/**
	 * The posts out of which something was taken.
	 *
	 * @param array[] $taken_out Of Dead_Scripts.
	 */
	private static function show_taken_out( array $taken_out ) {
		echo '<h3>', esc_html__( 'Taken out', 'buttond-sharing-bar' ), '</h3>';
		Tools::begin_form();
		self::show_table( wp_list_pluck( $taken_out, 'pieces' ), array_filter( wp_list_pluck( $taken_out, 'changed' ) ) );
		echo '<p>';
		Tools::button( 'put_back', __( 'Put them back into the chosen posts', 'buttond-sharing-bar' ) );
		Tools::button( 'put_back_all', __( 'Put them back into all posts', 'buttond-sharing-bar' ) );
		echo '</p></form>';
	}

	/**
	 * A table of posts with pieces of theirs.
	 *
	 * @param array[] $posts   Pieces by id.
	 * @param bool[]  $changed Those that were edited since, by id.
	 */
	private static function show_table( array $posts, array $changed = array() ) {
		_prime_post_caches( array_keys( $posts ), false, false );
		echo '<table class="widefat fixed striped"><thead><tr><td class="check-column"><input type="checkbox" aria-label="', esc_attr__( 'Choose all', 'buttond-sharing-bar' ), '"></td><th scope="col">',
			esc_html__( 'Post', 'buttond-sharing-bar' ), '</th><th scope="col">', esc_html__( 'Services', 'buttond-sharing-bar' ), '</th></tr></thead><tbody>';
		foreach ( $posts as $id => $pieces ) {
			$title = _draft_or_post_title( $id );
			echo '<tr><th scope="row" class="check-column">';
			if ( ! isset( $changed[ $id ] ) ) {
				/* translators: %s: a post's title. */
				echo '<input type="checkbox" name="posts[]" value="', absint( $id ), '" aria-label="', esc_attr( sprintf( __( 'Choose “%s”', 'buttond-sharing-bar' ), $title ) ), '">';
			}
			echo '</th><td><a href="', esc_url( (string) get_edit_post_link( $id ) ), '">', esc_html( $title ), '</a>';
			if ( isset( $changed[ $id ] ) ) {
				echo '<br>', esc_html__( 'Edited since, so it cannot be undone.', 'buttond-sharing-bar' );
			}
			echo '</td><td>';
			self::show_pieces( $pieces );
			echo '</td></tr>';
		}
		echo '</tbody></table>';
	}

	/**
	 * The pieces of a post, service by service.
	 *
	 * @param array[] $pieces Of Dead_Embeds.
	 */
	private static function show_pieces( array $pieces ) {
		$services = Dead_Embeds::services();
		foreach ( array_unique( array_column( $pieces, 'service' ) ) as $id ) {
			$code = array();
			foreach ( $pieces as $piece ) {
				if ( $piece['service'] === $id ) {
					$code[] = $piece['text'];
				}
			}
			/* translators: %d: a year. */
			$why = isset( $services[ $id ]['why'] ) ? $services[ $id ]['why'] : sprintf( __( 'ended in %d', 'buttond-sharing-bar' ), $services[ $id ]['ended'] );
			echo '<details><summary>', esc_html( $services[ $id ]['name'] ), ': ', esc_html( $why ), '</summary><textarea class="large-text code" rows="6" readonly aria-label="', esc_attr( $services[ $id ]['name'] ), '">',
				esc_textarea( implode( "\n", $code ) ), '</textarea></details>';
		}
	}

	/**
	 * Treats all posts, until a portion's time is over.
	 *
	 * @param int      $place Where to begin.
	 * @param callable $more  Posts from a place on, as the place behind each by its id; and where to go on, 0 at the end.
	 * @param callable $treat What to do to one.
	 * @return int Where the next portion begins; 0 at the end.
	 */
	private static function in_portions( $place, callable $more, callable $treat ) {
		$end = microtime( true ) + Dead_Scripts::PATIENCE;
		do {
			list( $posts, $next ) = $more( $place );
			foreach ( $posts as $id => $behind ) {
				self::note( $treat( $id ) );
				if ( microtime( true ) > $end ) {
					return $behind;
				}
			}
			Public_Posts::forget();
			$place = $next;
		} while ( $place && microtime( true ) < $end );
		return $place;
	}

	/**
	 * Counts a result.
	 *
	 * @param string $result Of Dead_Scripts.
	 */
	private static function note( $result ) {
		self::$results[ $result ] = isset( self::$results[ $result ] ) ? 1 + self::$results[ $result ] : 1;
	}
}
